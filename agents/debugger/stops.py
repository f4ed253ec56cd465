"""Where the session stops next: at a breakpoint, or at the end of a step that was asked for."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from agents.debugger.breakpoints import Breakpoints, Hit
from agents.runtime.usage import UsageError
from workspaces.anomalies.finding import Finding
from workspaces.history import events as e
from workspaces.history.state import State

STEP = "step"
ACTION, TURN, ROUND = "action", "turn", "round"
_ENDS: Final[dict[str, tuple[type[e.Event], ...]]] = {
    ACTION: (e.Event,),
    TURN: (e.TurnEnded,),
    ROUND: (e.RoundEnded,),
}


class Stops:
    """Says when to stop. `observe` every event once `state` has moved past it."""

    def __init__(self, past: Callable[[], Iterable[e.AnyEvent]] = tuple) -> None:
        self.breakpoints = Breakpoints(past)
        self._stepping: tuple[str, str] | None = None
        self._due: tuple[str, int] | None = None

    def observe(
        self, event: e.AnyEvent, state: State, known: Sequence[Finding] | None = None
    ) -> None:
        """Move past `event`; `known` as for `Breakpoints.observe`."""
        self._stop_at(self.breakpoints.observe(event, state, known))
        if self._stepping and ends(event, *self._stepping, state.agents):
            self._stepping = None
            self._due = self._due or ("step", event.seq)

    def look(self, state: State, now: float) -> None:
        """It is session time `now`, and nothing has happened."""
        self._stop_at(self.breakpoints.look(state, now))

    def step(self, argument: str, state: State) -> None:
        """Stop after the next action, turn or round: `turn`, or `turn agent-2` for that agent's.

        Raises `UsageError`.
        """
        self._stepping = self.check(argument, state)

    def check(self, argument: str, state: State) -> tuple[str, str]:
        """By which unit to step, and of which agent (any, if empty). Raises `UsageError`."""
        unit, _, agent = (argument.strip() or ACTION).partition(" ")
        if unit not in _ENDS:
            raise UsageError(
                f"Cannot step by {unit[:20]!r}", "", f"Step by one of: {', '.join(_ENDS)}."
            )
        agent = agent.strip()
        if agent and agent not in state.agents:
            raise UsageError(
                f"There is no agent {agent[:40]!r}", "", f"Name one of: {', '.join(state.agents)}."
            )
        return unit, agent

    def take(self) -> tuple[str, int] | None:
        """Why to stop now and the event that it is about, if there is reason to; asked once."""
        due, self._due = self._due, None
        return due

    def _stop_at(self, hit: Hit | None) -> None:
        if hit and self._due is None:
            self._due = f"breakpoint {hit.number} ({hit.text}): {hit.why}", hit.seq


def ends(event: e.AnyEvent, unit: str, agent: str, names: Collection[str]) -> bool:
    """Whether an action, turn or round ends with `event`: of `agent`, or of any of `names`."""
    if not isinstance(event, _ENDS[unit]) or not event.steps:
        return False
    if unit == ROUND:
        return True
    return event.agent == agent if agent else event.agent in names
