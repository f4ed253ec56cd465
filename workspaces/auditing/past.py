"""The commits of a repository as one `git log` tells them, read while it is still talking.

A hundred thousand commits are a matter of seconds only if nothing is done for each that can be
left for the few that matter: raw entries are kept as git wrote them and taken apart when a path
becomes a candidate. Merges are listed without their differences (`git log` leaves them out too).
"""

import heapq
import re
import tempfile
from collections.abc import Callable, Sequence

from msgspec import Struct

from workspaces.auditing.people import People
from workspaces.auditing.source import Source, failed
from workspaces.files.trailers import Trailers, read_trailers

_FORMAT = "%x01%H%x00%P%x00%T%x00%aN%x00%aE%x00%at%x00%B%x00"
_HEADER = _FORMAT.count("%x00")
LOG_OPTIONS = (
    *("--stdin", "-z", "--raw", "--no-abbrev", "--no-renames", "--root", "--no-ext-diff"),
    *("--no-textconv", "--no-show-signature", "--encoding=UTF-8", "--topo-order", "--reverse"),
    f"--format={_FORMAT}",
)
_OPTIONS_OF_ONE = ("--stdin", "-z", "--no-show-signature", "--encoding=UTF-8", LOG_OPTIONS[-1])
_CHUNK = 1 << 20
_TOKEN = re.compile(r"^(?i:crosstalk-token): (\d+)\r?$", re.MULTILINE)


class Mark(Struct, frozen=True):
    """What a session's trailers say about a commit; `token` is the fencing token (0: none)."""

    trailers: Trailers
    token: int


class Touch(Struct, frozen=True):
    """One commit's change of one path: blob ids before and after, empty where there is no file."""

    commit: int
    old: str
    new: str


class Past:
    """Commits by number, parents before children. Parents outside of what was read are left out.

    `who` holds authors once `settle` has merged the identities.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.parents: list[tuple[int, ...]] = []
        self.trees: list[str] = []
        self.who: list[int] = []
        self.times: list[int] = []
        self.reverts: set[int] = set()
        self.marks: dict[int, Mark] = {}
        self.index: dict[str, int] = {}
        self.people = People()
        self._entries: dict[bytes, list[int | bytes]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    # Reading ------------------------------------------------------------------------------------

    def consume(self, tokens: Sequence[bytes]) -> int:
        """Take what is complete of `tokens`; how many were taken."""
        at, count = 0, len(tokens)
        entries = self._entries
        commit = len(self.ids) - 1
        while at < count:
            token = tokens[at]
            if token[:1] == b"\1":
                if at + _HEADER > count:
                    break
                self._commit(tokens[at : at + _HEADER])
                commit += 1
                at += _HEADER
            elif entry := token.lstrip(b"\n"):
                if at + 2 > count:
                    break
                path = tokens[at + 1]
                known = entries.get(path)
                if known is None:
                    entries[path] = [commit, entry]
                else:
                    known += (commit, entry)
                at += 2
            else:
                at += 1
        return at

    def _commit(self, header: Sequence[bytes]) -> None:
        _, parents, tree, name, address, seconds, body = header
        number = len(self.ids)
        commit = header[0][1:].decode()
        self.ids.append(commit)
        self.index[commit] = number
        index = self.index
        self.parents.append(tuple(index[p] for p in parents.decode().split() if p in index))
        self.trees.append(tree.decode())
        self.who.append(self.people.number(name, address))
        try:
            self.times.append(int(seconds))
        except ValueError:  # a damaged date
            self.times.append(0)
        if body.startswith(b"Revert "):
            self.reverts.add(number)
        if b"rosstalk-" in body:
            message = body.decode(errors="replace")
            if trailers := read_trailers(message):
                token = _TOKEN.search(message)
                self.marks[number] = Mark(trailers, int(token[1]) if token else 0)

    def settle(self) -> None:
        """Merge the identities of one author, once all commits are read."""
        author = self.people.merge()
        self.who = [author[number] for number in self.who]

    def adopt(self, source: Source, commits: Sequence[str]) -> None:
        """Take commits from before the range that was read, without what they changed. They have
        no parents here. Raises `AuditError`."""
        wanted = [commit for commit in dict.fromkeys(commits) if commit not in self.index]
        if wanted:
            before = len(self)
            said = source.git(
                *("log", "--no-walk=unsorted", "--no-patch", *_OPTIONS_OF_ONE),
                data="".join(f"{commit}\n" for commit in wanted).encode(),
            )
            self.consume(said.split(b"\0"))
            for number in range(before, len(self)):
                self.who[number] = self.people.author(self.who[number])
                self.marks.pop(number, None)

    def add(self, commit: str, parent: int, tree: str, who: int) -> int:
        """A commit made for the audit, such as a snapshot of a worktree; its number."""
        number = len(self.ids)
        self.ids.append(commit)
        self.index[commit] = number
        self.parents.append((parent,))
        self.trees.append(tree)
        self.who.append(who)
        self.times.append(self.times[parent])
        return number

    # Asking -------------------------------------------------------------------------------------

    def name(self, commit: int) -> str:
        """The author of a commit, as a sentence names them."""
        return self.people.name(self.who[commit])

    def paths(self) -> list[bytes]:
        """All paths that were touched."""
        return list(self._entries)

    def knows(self, path: bytes) -> bool:
        """Whether `path` was touched."""
        return path in self._entries

    def commits_of(self, path: bytes) -> list[int]:
        """The commits that touched `path`, in order."""
        return self._entries[path][::2]  # type: ignore[return-value]  # numbers stand at even places

    def touches(self, path: bytes) -> list[Touch]:
        """What they did."""
        flat = self._entries[path]
        found = []
        for at in range(0, len(flat), 2):
            commit, entry = flat[at], flat[at + 1]
            assert isinstance(commit, int)
            assert isinstance(entry, bytes)
            mode_old, mode_new, old, new, _ = entry.split(b" ", 4)
            if mode_old != b":160000" and mode_new != b"160000":  # a submodule is no file
                found.append(Touch(commit, _blob(old), _blob(new)))
        return found

    def is_ancestor(self, older: int, newer: int) -> bool:
        """Whether `newer` contains `older`. Costs the commits between."""
        if older == newer:
            return True
        seen = {newer}
        stack = [newer]
        while stack:
            for parent in self.parents[stack.pop()]:
                if parent == older:
                    return True
                if parent > older and parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
        return False

    def fork(self, one: int, other: int) -> tuple[list[int], list[int], list[int]]:
        """The commits only `one` has, those only `other` has, and their newest common ancestors.

        As git finds merge bases: from both, always on with the newest, until only what both
        have is left.
        """
        marks: dict[int, int] = {}
        queue: list[int] = []
        fresh = 0

        def reach(commit: int, mark: int) -> None:
            nonlocal fresh
            before = marks.get(commit)
            if before is None:
                heapq.heappush(queue, -commit)
                fresh += mark < _STALE
            elif before < _STALE <= before | mark:
                fresh -= 1
            marks[commit] = (before or 0) | mark

        reach(one, 1)
        reach(other, 2)
        only: tuple[list[int], list[int]] = ([], [])
        bases: list[int] = []
        while queue and fresh:
            commit = -heapq.heappop(queue)
            mark = marks[commit]
            fresh -= mark < _STALE
            if mark < 3:
                only[mark - 1].append(commit)
            elif mark == 3:
                bases.append(commit)
                mark |= _STALE
            for parent in self.parents[commit]:
                reach(parent, mark)
        return only[0], only[1], bases


_STALE = 4
"""Marks of `fork`: 1 and 2 for what either side has, 4 for what lies beneath a common ancestor."""


def read_past(
    source: Source,
    heads: Sequence[str],
    *,
    head: str = "",
    without: str = "",
    since: str = "",
    progress: Callable[[int], None] = lambda _: None,
) -> Past:
    """The commits that `heads` contain and `without` does not, since the date `since`; `.mailmap`
    is taken from the commit `head`. Raises `AuditError` when git cannot read one."""
    past = Past()
    if not heads:
        return past
    options = [*LOG_OPTIONS, *([f"--since={since}"] if since else [])]
    mailmap = ["-c", f"mailmap.blob={head}:.mailmap"] if head else []
    with tempfile.TemporaryFile() as complaints:
        process = source.start(*mailmap, "log", *options, complaints=complaints.fileno())
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            lines = [*heads, *([f"^{without}"] if without else [])]
            process.stdin.write("".join(f"{line}\n" for line in lines).encode())
            process.stdin.close()
            rest: list[bytes] = []
            tail = b""
            while chunk := process.stdout.read(_CHUNK):
                tokens = (tail + chunk).split(b"\0")
                tail = tokens.pop()
                rest += tokens
                del rest[: past.consume(rest)]
                progress(len(past))
            past.consume([*rest, tail])
        except BrokenPipeError:
            pass  # it has ended with a complaint, which is told below
        finally:
            process.stdout.close()
            code = process.wait()
        if code:
            complaints.seek(0)
            raise failed(complaints.read())
    past.settle()
    return past


def _blob(name: bytes) -> str:
    return "" if not name.strip(b"0") else name.decode()
