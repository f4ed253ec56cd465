"""Files: what was read and written, and what git has of it."""

from typing import ClassVar

from workspaces.history.events.envelope import Event


class FilesListed(Event, frozen=True, kw_only=True, tag="files-listed"):
    """The agent saw the names of `count` files."""

    turn: int
    count: int


class FileRead(Event, frozen=True, kw_only=True, tag="file-read"):
    """The agent read `version` of `path` (0: it did not exist)."""

    turn: int
    path: str
    version: int
    blob: str = ""
    where: str = ""
    """The worktree it was read in: an agent's name, or empty for the shared tree."""


class FileWritten(Event, frozen=True, kw_only=True, tag="file-written"):
    """A write through the gateway was accepted.

    `version` counts a path's versions from 1; `base` is the version this writer last read or
    wrote (`UNREAD`, or 0 when it had seen that there was none), `replaced` the version that was
    there. `base == replaced` is a write that knew what it replaced. `size` is in bytes. `token` is
    the fencing token of the lease under which it was made (0: none). `where` names the worktree
    written to, empty for the shared tree; versions are counted per worktree and path, and only
    those of the shared tree are the path's history.
    """

    turn: int
    path: str
    version: int
    base: int
    replaced: int
    blob: str
    size: int
    task: str = ""
    edit: bool = False
    token: int = 0
    where: str = ""


class OutsideWrite(Event, frozen=True, kw_only=True, tag="outside-write"):
    """A file in the workspace changed without the gateway. `blob` is empty when it was deleted;
    its text is stored unless it is binary or too large (`stored`). What the writer had read is
    unknown."""

    path: str
    version: int
    replaced: int
    blob: str
    size: int
    stored: bool = True


class WritesCommitted(Event, frozen=True, kw_only=True, tag="writes-committed"):
    """Writes became commits: pairs of a write's `seq` and the id of its commit."""

    commits: tuple[tuple[int, str], ...]
    steps: ClassVar[bool] = False


class RepositoryMoved(Event, frozen=True, kw_only=True, tag="repository-moved"):
    """Somebody ran a git command that moved HEAD or the files beneath the team: `operation` is
    `checkout`, `reset`, `stash`, `clean`, `rebase`, `commit` or `merge`; `before` and `after` are
    commit ids. `agent` is `OUTSIDE` unless an agent's own command did it."""

    operation: str
    before: str
    after: str
