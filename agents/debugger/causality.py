"""What led to an event and what it led to, by happens-before and by nothing else.

Program order and the causes that events name are the whole relation (`workspaces.history.clocks`);
their vector clocks answer whether one event came before another without a search. An event that is
no step of its actor (streamed text) comes after the step it belongs to and before the next one.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workspaces.history import events as e


class _Place(NamedTuple):
    """An event in the relation. `ticks` are its actor's own steps up to it."""

    agent: str
    ticks: int
    step: bool
    clock: dict[str, int]
    causes: tuple[int, ...]
    before: int
    """The actor's step before it, 0 for none."""


class Causality:
    """The relation over the events that were observed; it only grows."""

    def __init__(self, events: Iterable[e.AnyEvent] = ()) -> None:
        self._places: list[_Place] = []
        self._last: dict[str, int] = {}
        self._next: dict[int, int] = {}
        self._effects: dict[int, list[int]] = {}
        for event in events:
            self.observe(event)

    def __len__(self) -> int:
        """How many events were observed."""
        return len(self._places)

    def observe(self, event: e.AnyEvent) -> None:
        """Move past `event`, which must be the next one."""
        agent, before = event.agent, self._last.get(event.agent, 0)
        step = bool(event.clock)
        clock = event.clock if step else self._places[before - 1].clock if before else {}
        self._places.append(_Place(agent, clock.get(agent, 0), step, clock, event.causes, before))
        for cause in event.causes:
            self._effects.setdefault(cause, []).append(event.seq)
        if step:
            if before:
                self._next[before] = event.seq
            self._last[agent] = event.seq

    # Direct -------------------------------------------------------------------------------------

    def causes(self, seq: int) -> tuple[int, ...]:
        """The events that event `seq` follows directly: its actor's step before it, and what it
        saw of others; in the order of the history."""
        place = self._at(seq)
        if place is None:
            return ()
        before = (place.before,) if place.before else ()
        return tuple(sorted({*before, *(c for c in place.causes if 0 < c < seq)}))

    def effects(self, seq: int) -> tuple[int, ...]:
        """The events that follow event `seq` directly."""
        place = self._at(seq)
        if place is None:
            return ()
        after = self._next.get(seq, 0) if place.step else self._step_after(seq, place)
        return tuple(sorted({*([after] if after else []), *self._effects.get(seq, ())}))

    # Transitive ---------------------------------------------------------------------------------

    def precedes(self, first: int, second: int) -> bool:
        """Whether event `first` happened before event `second`; no event does before itself."""
        one, other = self._at(first), self._at(second)
        if one is None or other is None or first == second:
            return False
        if one.agent == other.agent:
            return first < second
        if one.step:
            return one.ticks > 0 and other.clock.get(one.agent, 0) >= one.ticks
        after = self._step_after(first, one)
        return bool(after) and (after == second or self.precedes(after, second))

    def concurrent(self, one: int, other: int) -> bool:
        """Whether neither of two different events happened before the other."""
        return (
            one != other
            and self._at(one) is not None
            and self._at(other) is not None
            and not self.precedes(one, other)
            and not self.precedes(other, one)
        )

    def past(self, seq: int) -> Iterator[int]:
        """All events that happened before event `seq`, the last first."""
        return (n for n in range(seq - 1, 0, -1) if self.precedes(n, seq))

    def future(self, seq: int) -> Iterator[int]:
        """All events that event `seq` happened before, the first first."""
        return (n for n in range(seq + 1, len(self._places) + 1) if self.precedes(seq, n))

    # Inside -------------------------------------------------------------------------------------

    def _at(self, seq: int) -> _Place | None:
        return self._places[seq - 1] if 0 < seq <= len(self._places) else None

    def _step_after(self, seq: int, place: _Place) -> int:
        """The actor's first step after an event that is none."""
        after = self._next.get(place.before, 0) if place.before else 0
        return after if after > seq else 0
