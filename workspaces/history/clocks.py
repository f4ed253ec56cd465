"""Vector clocks and the happens-before relation between events.

Wall time and round numbers order nothing here. Two events are ordered when one actor did both,
or when a chain of program order and `causes` leads from one to the other; all others are
concurrent (Lamport 1978; Fidge 1988; Mattern 1989).
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from workspaces.history.events import (
    AnyEvent,
    Event,
    FileWritten,
    MessageSent,
    OutsideWrite,
    TaskAdded,
    TaskAssigned,
    TaskClosed,
    TaskCompleted,
    TaskVerified,
)

Clock = Mapping[str, int]


def precedes(first: Event, second: Event) -> bool:
    """Whether `first` happens before `second`.

    Both must carry clocks (`steps`); an event does not precede itself.
    """
    if first.seq == second.seq:
        return False
    ticks = first.clock.get(first.agent, 0)
    return ticks > 0 and second.clock.get(first.agent, 0) >= ticks


def concurrent(one: Event, other: Event) -> bool:
    """Whether neither event happens before the other (an event is not concurrent with itself)."""
    return one.seq != other.seq and not precedes(one, other) and not precedes(other, one)


def merged(clocks: Iterable[Clock]) -> dict[str, int]:
    """The least clock that is at or after every one of `clocks`."""
    result: dict[str, int] = {}
    for clock in clocks:
        for actor, ticks in clock.items():
            if ticks > result.get(actor, 0):
                result[actor] = ticks
    return result


_CAUSES = (
    FileWritten,
    OutsideWrite,
    MessageSent,
    TaskAdded,
    TaskAssigned,
    TaskVerified,
    TaskClosed,
    TaskCompleted,
)


class Clocks:
    """The fold that gives each event its vector clock.

    Feed every event of a history in order, either new ones to `stamp` or stored ones to `follow`.
    Only events that others can depend on are remembered, so memory grows with writes, messages
    and what is decided on tasks, not with text.
    """

    def __init__(self) -> None:
        self._now: dict[str, dict[str, int]] = {}
        self._of: dict[int, dict[str, int]] = {}

    def stamp(self, event: AnyEvent) -> AnyEvent:
        """`event` with its clock, and the fold moved past it.

        Raises `KeyError` when a cause is not an earlier write, message or decision on a task.
        """
        event = self.clocked(event)
        self.follow(event)
        return event

    def clocked(self, event: AnyEvent) -> AnyEvent:
        """`event` with its clock; the fold stays where it is, so that an event which cannot be
        stored after all has not happened. Raises `KeyError` as `stamp` does."""
        if not event.steps:
            return event
        clock = merged(
            (self._now.get(event.agent, {}), *(self._of[cause] for cause in event.causes))
        )
        clock[event.agent] = clock.get(event.agent, 0) + 1
        return replace(event, clock=clock)

    def follow(self, event: AnyEvent) -> None:
        """Move past a stored event that already carries its clock."""
        if event.steps:
            self._now[event.agent] = event.clock
            if isinstance(event, _CAUSES):
                self._of[event.seq] = event.clock
