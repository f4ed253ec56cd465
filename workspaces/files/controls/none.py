"""No control: the last writer wins, and the history tells who lost."""

from workspaces.files.worktree import Worktree
from workspaces.history.events import UNREAD, AnyEvent
from workspaces.history.state import State, Task


class NoControl:
    """Admits every write. The other policies override what they need."""

    name = "none"
    tick_seconds = 0.0

    def __init__(self, state: State) -> None:
        self._state = state

    def observe(self, event: AnyEvent) -> None:
        """Nothing to remember."""

    def base(self, agent: str, path: str) -> int:
        """What the agent last read or wrote, whether or not a context has shown it yet."""
        writer = self._state.agents.get(agent)
        return writer.known.get(path, UNREAD) if writer else UNREAD

    def admit(self, agent: str, turn: int, path: str, task: str) -> int:
        """Always, without a token."""
        return 0

    def claim(self, agent: str, task: Task) -> None:
        """Always."""

    def begin_turn(self, agent: str) -> None:
        """Nothing to do."""

    def alive(self, agent: str) -> None:
        """Nothing to do."""

    def settle(self, agent: str) -> None:
        """Nothing to do."""

    def tick(self) -> None:
        """Nothing to do."""

    def worktree(self, agent: str) -> Worktree | None:
        """There is one tree, and it is shared."""
        return None
