"""What a policy on concurrent writes is to the gateway and the runtime, and the policies by name.

The gateway asks before a write (`base`, `admit`) and where an agent's files lie (`worktree`); the
runtime tells what else a policy may hang on: claims, turns, signs of life, time. A policy records
what it does and refuses by `WriteRefused`; it never waits, so it can hold nobody up for ever.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from workspaces.errors import CrosstalkError
from workspaces.history.events import AnyEvent
from workspaces.history.state import State, Task

if TYPE_CHECKING:
    from workspaces.files.repository import Repository
    from workspaces.files.worktree import Worktree

NAMES = ("none", "leases", "optimistic", "worktrees")
E = TypeVar("E", bound=AnyEvent)


class Record(Protocol):
    """Appends an event to the history and applies it to the state; the event as stored."""

    def __call__(self, event: E, /) -> E: ...


class Control(Protocol):
    """A policy. All it knows follows from the events it observes, so resuming restores it."""

    name: str
    tick_seconds: float
    """How often `tick` is to be called, in session seconds; 0 for never."""

    def observe(self, event: AnyEvent) -> None:
        """Move past `event`; every event of the history is shown, in order."""

    def base(self, agent: str, path: str) -> int:
        """The version of a shared path that a write by `agent` now starts from (`UNREAD` if
        none)."""

    def admit(self, agent: str, turn: int, path: str, task: str) -> int:
        """Let a write to a shared path pass; its fencing token (0 where there are none). Raises
        `WriteRefused`."""

    def claim(self, agent: str, task: Task) -> None:
        """`agent` is about to take `task`. Raises `WriteRefused` when it may not now."""

    def begin_turn(self, agent: str) -> None:
        """The context of the agent's next turn is about to be built."""

    def alive(self, agent: str) -> None:
        """The agent took a step."""

    def settle(self, agent: str) -> None:
        """A task left the agent's hands, or its turn is over."""

    def race(self, task: Task) -> None:
        """A second agent does `task` from now on as well as its holder."""

    def beaten(self, agent: str, task: Task) -> None:
        """Another completed `task` first, which `agent` did as well."""

    def tick(self) -> None:
        """Time has passed."""

    def worktree(self, agent: str) -> "Worktree | None":
        """The agent's own tree; `None` where all work on the shared one."""


def create(
    name: str,
    *,
    record: Record,
    state: State,
    now: Callable[[], float],
    repository: "Repository",
) -> Control:
    """The policy of that name. Raises `CrosstalkError` for an unknown one."""
    from workspaces.files.controls.leases import Leases
    from workspaces.files.controls.none import NoControl
    from workspaces.files.controls.optimistic import Optimistic
    from workspaces.files.controls.worktrees import Worktrees

    match name:
        case "none":
            return NoControl(state, record)
        case "leases":
            return Leases(state, record, now)
        case "optimistic":
            return Optimistic(state, record)
        case "worktrees":
            return Worktrees(state, record, repository)
    raise CrosstalkError(
        f"Unknown control {name[:40]!r}", "", f"Choose one of: {', '.join(NAMES)}."
    )
