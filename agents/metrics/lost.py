"""How much of what a team writes is lost to somebody who had not seen it."""

from typing import NamedTuple

from workspaces.history import events as e
from workspaces.history.state import State


class _Version(NamedTuple):
    author: str
    size: int
    blob: str


class LostWork:
    """Bytes written into the shared tree, and of these the bytes that were lost.

    A version is lost when another author's write replaces it with something else, and that write
    was not based on it. Writes in a worktree count when they are merged; who reads a version and
    then replaces it has taken it into account. What outside processes had read is unknown, so what
    they replace is not counted.
    """

    def __init__(self) -> None:
        self.written = 0
        self.lost = 0
        self.refused = 0
        """Writes, edits and merges that the control turned down."""
        self._newest: dict[str, _Version] = {}

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`."""
        match event:
            case e.FileWritten(where=""):
                self._replace(event)
                self.written += event.size
                self._newest[event.path] = _Version(event.agent, event.size, event.blob)
            case e.OutsideWrite():
                self._newest[event.path] = _Version(event.agent, event.size, event.blob)
            case e.MergeRefused():
                self.refused += 1
            case e.ActionRefused(action="write_file" | "edit_file"):
                self.refused += 1

    @property
    def share(self) -> float:
        """Lost bytes as a share of those written; 0 before the first."""
        return self.lost / self.written if self.written else 0.0

    def _replace(self, event: e.FileWritten) -> None:
        old = self._newest.get(event.path)
        if old is None or event.base == event.replaced:
            return
        if old.author not in (event.agent, e.OUTSIDE) and old.blob != event.blob:
            self.lost += old.size
