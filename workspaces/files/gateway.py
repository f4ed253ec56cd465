"""The one door through which agents read and write files.

For every write it records who made it, which version they had last seen (the base), which version
it replaced and what it put there: what a watcher can never know afterwards. An event is recorded
before the disk changes, so a crash in between is repaired from the history (`recovery`), and
queued as a commit after. Looks at the disk before it acts, so that an edit from outside, even one
that no notification has told of yet, is recorded and not silently overwritten.

Refuses paths outside the workspace, protected files, and what is not text of at most
`MOST_BYTES`. Everything here runs on the event loop: a read takes 0.2 ms, a write about one, most
of it the file system making a new file.
"""

import asyncio
from collections.abc import Collection, Iterable
from pathlib import Path

from workspaces.files.changes import change_of
from workspaces.files.commits import Pairs
from workspaces.files.contents import content_of
from workspaces.files.controls.control import Control, Record
from workspaces.files.controls.none import NoControl
from workspaces.files.disk import WorkspaceError, put_file, read_file
from workspaces.files.edits import replace_once
from workspaces.files.paths import PathRefused, confine, inside
from workspaces.files.recovery import Recovery, adopt, recover
from workspaces.files.refusals import ReadRefused, WriteRefused
from workspaces.files.repository import Repository
from workspaces.files.texts import MOST_BYTES, as_bytes, as_text
from workspaces.files.trees import tree_of
from workspaces.files.worktree import Worktree
from workspaces.history.codec import blob, digest
from workspaces.history.events import (
    OUTSIDE,
    AnyEvent,
    FileRead,
    FilesListed,
    FileWritten,
    OutsideWrite,
)
from workspaces.history.state import State, Version

__all__ = ["MOST_BYTES", "Gateway", "Record", "WorkspaceError"]

Names = list[str]  # inside Gateway, `list` is a method


class Gateway:
    """The files at `root`, committed through `repository`, as `state` has them. `control` says
    which writes are accepted and where (none: the last writer wins).

    `protected` are paths that nobody may write through here (a suite's tests); one that ends in a
    slash protects a folder.
    """

    def __init__(
        self,
        root: Path,
        repository: Repository,
        record: Record,
        state: State,
        protected: Collection[str] = (),
        control: Control | None = None,
    ) -> None:
        self.root = root
        self.control = control or NoControl(state, record)
        self.repository = repository
        self.record = record
        self.state = state
        self._protected = frozenset(path for path in protected if not path.endswith("/"))
        self._folders = tuple(path for path in protected if path.endswith("/"))

    # What agents do -----------------------------------------------------------------------------

    def list(self, agent: str, turn: int) -> Names:
        """The paths of all files, sorted."""
        paths = self.paths(agent)
        self.record(FilesListed(agent=agent, turn=turn, count=len(paths)))
        return paths

    def read(self, agent: str, turn: int, path: str) -> str | None:
        """The text of a file, `None` when there is none.

        Raises `PathRefused`, and `ReadRefused` for what is not text.
        """
        path = confine(path)
        if tree := self.control.worktree(agent):
            return tree.read(turn, path)
        self.look(path)
        latest = self.state.latest(path)
        text = self._text(latest, ReadRefused)
        by_another = latest is not None and latest.author != agent
        self.record(
            FileRead(
                agent=agent,
                turn=turn,
                path=path,
                version=latest.number if latest else 0,
                blob=latest.blob if latest else "",
                causes=(latest.seq,) if latest and by_another else (),
            )
        )
        return text

    def write(self, agent: str, turn: int, path: str, content: str, task: str = "") -> FileWritten:
        """Accept `content` as the next version of `path`; the event, as recorded.

        Raises `PathRefused`, `WriteRefused`, and `WorkspaceError` when the disk refuses (the
        write then stands in the history and is repaired on resuming).
        """
        tree = self.control.worktree(agent)
        path = self._writable(agent, path, tree)
        if tree:
            return tree.write(turn, path, content, task)
        self.look(path)
        return self._accept(agent, turn, path, content, task)

    def edit(
        self, agent: str, turn: int, path: str, search: str, replace: str, task: str = ""
    ) -> FileWritten:
        """Replace the one occurrence of `search` in the file as it is now.

        The base stays what the agent had last read: an edit that applies does not prove that its
        author has seen the rest. Raises as `write` does.
        """
        tree = self.control.worktree(agent)
        path = self._writable(agent, path, tree)
        if tree:
            return tree.edit(turn, path, search, replace, task)
        self.look(path)
        text = self._text(self.state.latest(path), WriteRefused)
        if text is None:
            raise WriteRefused("missing", f"{path} does not exist; use write_file to create it.")
        token = self.control.admit(agent, turn, path, task)
        content = replace_once(path, text, search, replace)
        return self._accept(agent, turn, path, content, task, edit=True, token=token)

    def paths(self, agent: str = "") -> Names:
        """The paths that exist for `agent` (or in the shared tree), sorted."""
        tree = self.control.worktree(agent)
        return tree.paths() if tree else self.state.paths()

    def exists(self, agent: str, path: str) -> bool:
        """Whether `agent` has a file at `path`."""
        tree = self.control.worktree(agent)
        version = tree.current(path) if tree else self.state.latest(path)
        return bool(version and version.blob)

    # What others do -----------------------------------------------------------------------------

    def look(self, path: str) -> OutsideWrite | None:
        """Compare `path` (as confined) with the disk; the event if it had changed there.

        Unreadable and very large files are not news: nothing can be said about them.
        """
        try:
            data = read_file(self.root, path)
        except OSError:
            return None
        return self.outside(path, data)

    def outside(self, path: str, data: bytes | None, found: str = "") -> OutsideWrite | None:
        """Record that the disk has `data` at `path` (`None`: no file); the event, or `None` when
        the state knows as much, or the path is not one that a workspace has. `found` is the
        blob id of `data`, if the caller has worked it out already."""
        try:
            path = confine(path)
        except PathRefused:
            return None
        latest = self.state.latest(path)
        found = "" if data is None else found or digest(data)
        if found == (latest.blob if latest else ""):
            return None
        if data is not None:
            self._settle_folders(path, latest)
        text = as_text(data)
        if text is not None:
            self._store(text)
        event = self.record(
            OutsideWrite(
                agent=OUTSIDE,
                path=path,
                version=latest.number + 1 if latest else 1,
                replaced=latest.number if latest else 0,
                blob=found,
                size=len(data or b""),
                stored=data is None or text is not None,
            )
        )
        self.queue(event, data)
        return event

    def check_by_hand(self, path: str, content: str) -> str:
        """`path` as confined, if a person may write such a file there: any text that fits, in
        place of anything but a folder. Raises `PathRefused` and `WriteRefused`."""
        path = confine(path)
        if inside(self.root, path).is_dir():
            raise WriteRefused("folder", f"{path} is a folder; give the path of a file in it.")
        as_bytes(path, content)
        return path

    def write_by_hand(self, person: str, path: str, content: str) -> FileWritten:
        """Accept what a person made of the newest version in the shared tree, whatever the
        control. Raises `WorkspaceError`."""
        self.look(path)
        latest = self.state.latest(path)
        self._settle_folders(path, latest)
        data = as_bytes(path, content)
        event = self.record_write(
            person,
            0,
            path,
            data,
            base=latest.number if latest else 0,
            causes=(latest.seq,) if latest else (),
        )
        self.put(path, data)
        self.queue(event, data)
        return event

    # Beginning and resuming ---------------------------------------------------------------------

    def adopt(self) -> Pairs:
        """Give every file that has no version yet its first one, by the session: what the
        repository began with. Returns pairs for `WritesCommitted`: the writes whose content the
        branch holds already; the others are queued."""
        return adopt(self)

    def recover(self, past: Iterable[AnyEvent]) -> Recovery:
        """Resume after a crash or a pause: queue the commits that are missing (the branch's
        trailers tell which are not), put back on the disk what a recorded write did not get to
        put there, and record what changed from outside while no process ran.

        `past` is the whole history, which `state` has folded. Blocks, some 60 us a commit. The
        caller records `Recovery.committed` as `WritesCommitted`.
        """
        return recover(self, past)

    # Commits and trees --------------------------------------------------------------------------

    async def commit(self) -> Pairs:
        """Make commits of what is queued, in a thread; pairs for `WritesCommitted`. Call it
        about every `repository.PACE_SECONDS` while `repository.pending`. Raises
        `RepositoryError`."""
        return await asyncio.to_thread(self.repository.checkpoint)

    def queue(self, event: FileWritten | OutsideWrite, data: bytes | None) -> None:
        """Queue the commit of a recorded write."""
        self.repository.add(change_of(event, data, self.state, self.repository.session))

    def content(self, version: Version) -> bytes | None:
        """The bytes of a version: from the history, else the disk if it still has them, else the
        repository; `None` if nobody has (a large or binary file, overwritten before its commit).
        """
        return content_of(version, self.state, self.root, self.repository)

    def snapshot(self, agent: str = "") -> dict[str, bytes]:
        """The current files of `agent` (or of the shared tree), as the state has them. What
        nobody has any more is left out."""
        if tree := self.control.worktree(agent):
            return tree.snapshot()
        files = {}
        for path in self.state.paths():
            latest = self.state.latest(path)
            data = self.content(latest) if latest else None
            if data is not None:
                files[path] = data
        return files

    def tree(self, agent: str = "") -> str:
        """The git tree id of the current files of `agent` (or of the shared tree)."""
        if tree := self.control.worktree(agent):
            return tree.tree()
        return tree_of({path: self.state.files[path][-1].blob for path in self.state.paths()})

    def record_write(
        self,
        agent: str,
        turn: int,
        path: str,
        data: bytes,
        *,
        base: int,
        task: str = "",
        edit: bool = False,
        token: int = 0,
        causes: tuple[int, ...] = (),
    ) -> FileWritten:
        """Record `data` as the next version of `path`, whose disk and commit are the caller's."""
        text = as_text(data)
        if text is not None:
            self._store(text)
        latest = self.state.latest(path)
        replaced = latest.number if latest else 0
        return self.record(
            FileWritten(
                agent=agent,
                turn=turn,
                path=path,
                version=replaced + 1,
                base=base,
                replaced=replaced,
                blob=digest(data),
                size=len(data),
                task=task,
                edit=edit,
                token=token,
                causes=causes,
            )
        )

    def merge_in(self, agent: str, turn: int, path: str, data: bytes, task: str) -> FileWritten:
        """Accept `data` in the shared tree as what a merge for `agent` made of the newest
        version. Raises `WorkspaceError`."""
        latest = self.state.latest(path)
        base = latest.number if latest else 0
        event = self.record_write(agent, turn, path, data, base=base, task=task)
        self.put(path, data)
        self.queue(event, data)
        return event

    def put(self, path: str, data: bytes) -> None:
        """Put recorded bytes on the disk. Raises `WorkspaceError`."""
        put_file(self.root, self.repository.scratch, path, data, self.repository.when_full)

    # Inside -------------------------------------------------------------------------------------

    def _writable(self, agent: str, path: str, tree: Worktree | None) -> str:
        path = confine(path)
        if task := self.state.superseded(agent, path):
            raise WriteRefused(
                "superseded",
                f"{task.completed_by} completed {task.id} before you, and {path} belongs to it: "
                "your work on it is not needed any more.",
            )
        if path in self._protected or path.startswith(self._folders):
            raise WriteRefused(
                "protected", f"{path} is part of the tests and may not be changed; you can read it."
            )
        if inside(tree.root if tree else self.root, path).is_dir():
            raise WriteRefused("folder", f"{path} is a folder; give the path of a file in it.")
        return path

    def _accept(
        self,
        agent: str,
        turn: int,
        path: str,
        content: str,
        task: str,
        *,
        edit: bool = False,
        token: int | None = None,
    ) -> FileWritten:
        data = as_bytes(path, content)
        self._settle_folders(path, self.state.latest(path))
        if token is None:
            token = self.control.admit(agent, turn, path, task)
        base = self.control.base(agent, path)
        event = self.record_write(
            agent, turn, path, data, base=base, task=task, edit=edit, token=token
        )
        self.put(path, data)
        self.queue(event, data)
        return event

    def _store(self, text: str) -> None:
        event = blob(text)
        if event.digest not in self.state.blobs:
            self.record(event)

    def _settle_folders(self, path: str, latest: Version | None) -> None:
        """Before a new file: a file that was where it now has a folder, or files below what is
        now a file, must be seen to be gone, or the tree would hold both."""
        if latest and latest.blob:
            return
        parts = path.split("/")
        for depth in range(1, len(parts)):
            above = self.state.latest("/".join(parts[:depth]))
            if above and above.blob:
                self.look(above.path)
        for below in [p for p in self.state.files if p.startswith(f"{path}/")]:
            self.look(below)

    def _text(
        self, version: Version | None, refusal: type[ReadRefused] | type[WriteRefused]
    ) -> str | None:
        """The text of a version, `None` for a missing or deleted file."""
        if version is None or not version.blob:
            return None
        text = self.state.text(version.blob)
        if text is None:
            text = as_text(self.content(version))
        if text is None:
            raise refusal("binary", f"{version.path} is not text, or too large to be shown.")
        return text
