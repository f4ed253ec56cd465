"""Lines that a commit moved between files: neither lost where they left nor added where they came.

Git does not record moves. A content that stands under another path after the same commit was
renamed; a line that the commit took from one file and put into another was moved. Looked for
both in the commit that took lines away, which then lost nothing, and in the commit that had
brought them, whose author then only carried what somebody else may have written.
"""

from collections import Counter
from collections.abc import Iterable

from workspaces.anomalies.hunks import hunks, lost
from workspaces.auditing.scope import Scope, shown

MOST_FILES = 40
"""Other files of one commit in which moved lines are looked for; whole contents in all of them."""

Entry = tuple[str, str, str]
"""A path, and its contents' ids before and after (zeros: none)."""


class Moves:
    """What each of `commits` changed, and which of the lines it moved."""

    def __init__(self, scope: Scope, commits: Iterable[int]) -> None:
        self._scope = scope
        self._entries = _entries(scope, sorted(set(commits)))
        self._brought: dict[tuple[int, str], Counter[str]] = {}

    def renamed(self, commit: int, path: str) -> bool:
        """Whether what `path` held before stands elsewhere since `commit`."""
        entries = self._entries.get(commit, [])
        old = next((old for name, old, _ in entries if name == path), "0")
        return bool(old.strip("0")) and any(
            new == old and name != path and before != old for name, before, new in entries
        )

    def put_elsewhere(self, commit: int, path: str) -> Counter[str]:
        """Lines (without indentation) that `commit` put into other files than `path`."""
        there: Counter[str] = Counter()
        for _, old, new in self._others(commit, path):
            if new.strip("0"):
                there.update(self._lines(new))
                there.subtract(self._lines(old))
        return there

    def brought(self, commit: int, path: str) -> Counter[str]:
        """Lines (without indentation) that `commit` took from other files and put into `path`,
        each as often as both."""
        key = (commit, path)
        if key not in self._brought:
            taken: Counter[str] = Counter()
            for _, old, new in self._others(commit, path):
                if old.strip("0"):
                    taken.update(self._lines(old))
                    taken.subtract(self._lines(new))
            self._brought[key] = +taken & self._added(commit, path)
        return self._brought[key]

    def _added(self, commit: int, path: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for name, old, new in self._entries.get(commit, []):
            if name == path:
                before, after = self._lines(old), self._lines(new)
                found.update(line for hunk in hunks(before, after) for line in hunk.lines if line)
        return found

    def _others(self, commit: int, path: str) -> list[Entry]:
        """The other files, those first whose content stands, or stood, under another path."""
        entries = self._entries.get(commit, [])
        mine = next((entry for entry in entries if entry[0] == path), ("", "", ""))
        others = [entry for entry in entries if entry[0] != path]
        others.sort(key=lambda entry: not {entry[1], entry[2]} & {mine[1], mine[2]})
        return others[:MOST_FILES]

    def _lines(self, blob: str) -> list[str]:
        return [line.strip() for line in self._scope.blobs.lines(blob) or ()]


def gone_for_good(before: list[str], after: list[str]) -> set[int]:
    """The lines of `before` (from 1) that are gone from `after` whatever their indentation."""
    one, other = ([line.strip() for line in text] for text in (before, after))
    return set(lost(one, hunks(one, other)))


def _entries(scope: Scope, commits: list[int]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = {}
    if not commits:
        return found
    past = scope.past
    said = scope.source.git(
        "diff-tree", "--stdin", "-r", "--root", "--raw", "-z", "--no-abbrev", "--no-renames",
        data="".join(f"{past.ids[commit]}\n" for commit in commits).encode(),
    )  # fmt: skip
    commit = -1
    tokens = iter(said.split(b"\0"))
    for token in tokens:
        for part in token.split(b"\n"):
            if part.startswith(b":"):
                fields = part.decode().split(" ")
                found.setdefault(commit, []).append((shown(next(tokens)), fields[2], fields[3]))
            elif part:
                commit = past.index[part.decode()]
    return found
