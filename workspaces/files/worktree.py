"""One agent's own tree: a git worktree in which nobody else writes.

A path holds the agent's unmerged version (its head), else the shared version that the tree was
last brought up to. A write must start from what the path now holds: an update may have brought
another's lines which its author has not seen, and overwriting them here would lose them in the
next merge as surely as in the shared tree. So it is refused as stale, with the difference.

What a person changes in the folder by hand is the worktree's content like the agent's own work
(recorded as written by `OUTSIDE`); what they delete is put back, since agents delete nothing.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from workspaces.files.branches import branch_of
from workspaces.files.commits import Change
from workspaces.files.contents import content_of
from workspaces.files.controls.difference import stale
from workspaces.files.disk import put_file, read_file
from workspaces.files.edits import replace_once
from workspaces.files.refusals import ReadRefused, WriteRefused
from workspaces.files.repository import Repository
from workspaces.files.texts import as_bytes, as_text
from workspaces.files.trailers import Trailers
from workspaces.files.trees import tree_of
from workspaces.history.codec import blob, digest
from workspaces.history.events import OUTSIDE, SESSION, FileRead, FileWritten
from workspaces.history.state import State, Version
from workspaces.history.state import Worktree as Copies

if TYPE_CHECKING:
    from workspaces.files.controls.control import Record


class Worktree:
    """The files at `root`, of `agent`. `seen` gives the blob of a path that the agent has in
    front of it, `None` if it has seen none."""

    def __init__(
        self,
        agent: str,
        root: Path,
        state: State,
        record: "Record",
        repository: Repository,
        seen: Callable[[str], str | None],
    ) -> None:
        self.agent = agent
        self.root = root
        self.branch = branch_of(agent)
        self._state = state
        self._record = record
        self._repository = repository
        self._seen = seen

    # What the agent does ------------------------------------------------------------------------

    def read(self, turn: int, path: str) -> str | None:
        """The text of a file, `None` when there is none. Raises `ReadRefused`."""
        self.look(path)
        version = self.current(path)
        text = self.text(version)
        if version and version.blob and text is None:
            raise ReadRefused("binary", f"{path} is not text, or too large to be shown.")
        self.show(turn, path)
        return text

    def write(self, turn: int, path: str, content: str, task: str) -> FileWritten:
        """Accept `content`. Raises `WriteRefused`, `WorkspaceError`."""
        self.look(path)
        data = as_bytes(path, content)
        self._check_seen(turn, path)
        return self.accept(turn, path, data, task)

    def edit(self, turn: int, path: str, search: str, replacement: str, task: str) -> FileWritten:
        """Replace the one occurrence of `search`. Raises as `write` does."""
        self.look(path)
        version = self.current(path)
        if version is None or not version.blob:
            raise WriteRefused("missing", f"{path} does not exist; use write_file to create it.")
        self._check_seen(turn, path)
        text = self.text(version)
        if text is None:
            raise WriteRefused("binary", f"{path} is not text, or too large to be shown.")
        data = as_bytes(path, replace_once(path, text, search, replacement))
        return self.accept(turn, path, data, task, edit=True)

    # What it holds ------------------------------------------------------------------------------

    @property
    def copies(self) -> Copies:
        """The state's view of this tree."""
        return self._state.worktrees.get(self.agent) or Copies()

    def current(self, path: str) -> Version | None:
        """What `path` now holds: an unmerged version or one of the shared tree."""
        copies = self.copies
        head = copies.heads.get(path)
        return head or self._state.version(path, copies.base.get(path, 0))

    def paths(self) -> list[str]:
        """The files that exist, sorted."""
        copies = self.copies
        known = copies.base.keys() | copies.heads.keys()
        return sorted(p for p in known if (version := self.current(p)) and version.blob)

    def snapshot(self) -> dict[str, bytes]:
        """The current files. What nobody has any more is left out."""
        found = {path: self.data(self.current(path)) for path in self.paths()}
        return {path: data for path, data in found.items() if data is not None}

    def tree(self) -> str:
        """The git tree id of the current files."""
        versions = (self.current(path) for path in self.paths())
        return tree_of({version.path: version.blob for version in versions if version})

    def text(self, version: Version | None) -> str | None:
        """The text of a version, `None` for a missing, deleted or binary file."""
        if version is None or not version.blob:
            return None
        text = self._state.text(version.blob)
        return text if text is not None else as_text(self.data(version))

    def data(self, version: Version | None) -> bytes | None:
        """The bytes of a version, `None` if there are none or nobody has them."""
        if version is None or not version.blob:
            return None
        own = self.copies.heads.get(version.path) is version
        root = self.root if own else self._repository.root
        return content_of(version, self._state, root, self._repository)

    # Beneath ------------------------------------------------------------------------------------

    def show(self, turn: int, path: str) -> None:
        """Record that the agent reads `path` as it is."""
        version = self.current(path)
        own = bool(version) and path in self.copies.heads
        by_another = version is not None and not own and version.author != self.agent
        self._record(
            FileRead(
                agent=self.agent,
                turn=turn,
                path=path,
                version=version.number if version else 0,
                blob=version.blob if version else "",
                where=self.agent if own else "",
                causes=(version.seq,) if version and by_another else (),
            )
        )

    def accept(
        self,
        turn: int,
        path: str,
        data: bytes,
        task: str = "",
        *,
        author: str = "",
        edit: bool = False,
        causes: tuple[int, ...] = (),
        on_disk: bool = False,
    ) -> FileWritten:
        """Make `data` the tree's next version of `path`, by the agent unless there is another
        `author`: recorded, put on the disk unless it is there, and queued as a commit."""
        text = as_text(data)
        if text is not None:
            self._store(text)
        replaced = len(self.copies.files.get(path, ()))
        event = self._record(
            FileWritten(
                agent=author or self.agent,
                turn=turn,
                path=path,
                version=replaced + 1,
                base=replaced,
                replaced=replaced,
                blob=digest(data),
                size=len(data),
                task=task,
                edit=edit,
                where=self.agent,
                causes=causes,
            )
        )
        if not on_disk:
            self.put(path, data)
        self._repository.add(self._change(event, data))
        return event

    def put(self, path: str, data: bytes | None) -> None:
        """Put recorded bytes on the disk; `None` removes the file. Raises `WorkspaceError`."""
        if data is None:
            (self.root / path).unlink(missing_ok=True)
        else:
            repository = self._repository
            put_file(self.root, repository.scratch, path, data, repository.when_full)

    def look(self, path: str, known: str | None = None) -> None:
        """Take in what somebody has changed in the folder by hand. Content with the blob id
        `known` is not news either."""
        version = self.current(path)
        try:
            data = read_file(self.root, path)
        except OSError:
            return
        found = "" if data is None else digest(data)
        if found in (version.blob if version else "", known):
            return
        if data is None:
            self.put(path, self.data(version))
        else:
            self.accept(0, path, data, author=OUTSIDE, on_disk=True)

    def _check_seen(self, turn: int, path: str) -> None:
        version = self.current(path)
        now = version.blob if version else ""
        seen = self._seen(path)
        if (seen or "") == now:
            return
        text = self.text(version)
        if version is None or (now and text is None):
            raise WriteRefused("stale", f"{path} has become something that is not text.")
        before = self._state.text(seen) if seen else None
        self.show(turn, path)
        raise stale(path, seen is not None, before, text)

    def _store(self, text: str) -> None:
        event = blob(text)
        if event.digest not in self._state.blobs:
            self._record(event)

    def _change(self, event: FileWritten, data: bytes) -> Change:
        verb = "Edit" if event.edit else "Merge" if event.agent == SESSION else "Write"
        files = self.copies.files.get(event.path, [])
        replaced = files[event.replaced - 1].blob if event.replaced else ""
        return Change(
            seq=event.seq,
            t=event.t,
            agent=event.agent,
            path=event.path,
            data=data,
            message=f"{verb} {event.path}" + (f" for {event.task}" if event.task else ""),
            trailers=Trailers(
                session=self._repository.session,
                event=event.seq,
                task=event.task,
                base=event.base,
                base_blob=replaced,
                replaced=event.replaced,
                replaced_blob=replaced,
                clock=event.clock,
            ),
            branch=self.branch,
        )
