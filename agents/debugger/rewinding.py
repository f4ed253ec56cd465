"""Going to any event of a recording, or of a running session's history, forwards and back.

Only forwards is folded. What lies behind is taken up from the nearest cut that was kept before it:
at most `KEPT` of them, evenly spread, so that going back folds a fortieth of the history at worst,
however long that grows.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from agents.debugger.breakpoints import COMMANDS
from agents.debugger.cut import Cut
from agents.debugger.stops import Stops, ends
from workspaces.anomalies.finding import Finding
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import State
from workspaces.history.tape import Tape

KEPT: Final = 80
"""Cuts kept at most; from half as many on they lie twice as far apart."""
CLOSEST: Final = 500
"""Events between two of them at least."""
_BATCH: Final = 500


class Rewinder:
    """A cut that moves over `tape`, which may grow. It begins before the first event."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.cut = Cut()
        self.foreseen = Foreseen(tape)
        self._kept: list[Cut] = []
        self._every = CLOSEST

    @property
    def at(self) -> int:
        """The number of the event that was last moved past, 0 before the first."""
        return self.cut.seq

    def goto(self, seq: int) -> Cut:
        """Move to just after event `seq`: the beginning for 0, the end where there is none so
        far; the cut there."""
        if seq < self.at:
            kept = bisect_right(self._kept, max(seq, 0), key=lambda cut: cut.seq)
            self.cut = self._kept[kept - 1].copy() if kept else Cut()
        for event in self._next(seq):
            self._observe(event)
        return self.cut

    def forward(self, *all_stops: Stops) -> tuple[str, int] | None:
        """Move on until one of `all_stops` says why to stop, and at which event; `None` at the
        end. Commands on breakpoints that were recorded do not set any again."""
        points = [p for stops in all_stops for p in stops.breakpoints.all.values()]
        findings = any(point.condition.finding for point in points)
        for event in self._next(len(self.tape)):
            self._observe(event)
            if isinstance(event, e.CommandGiven) and event.command in COMMANDS:
                continue
            known = self.foreseen.at(event.seq) if findings else ()
            for stops in all_stops:
                stops.observe(event, self.cut.state, known)
            for stops in all_stops:
                if due := stops.take():
                    return due
        return None

    def back(self, unit: str, agent: str = "") -> bool:
        """Move back to where the action, turn or round before this place ended (of `agent`, if
        named), or to the beginning; whether there was one."""
        names = self.cut.state.agents
        for event in self._before(self.at - 1):
            if ends(event, unit, agent, names):
                self.goto(event.seq)
                return True
        self.goto(0)
        return False

    def event(self, seq: int) -> e.AnyEvent | None:
        """Event `seq`, wherever the cut is."""
        found = self.tape.events(seq - 1, seq) if seq > 0 else ()
        return found[0] if found else None

    def _observe(self, event: e.AnyEvent) -> None:
        self.cut.observe(event)
        last = self._kept[-1].seq if self._kept else 0
        if event.seq >= last + self._every:
            self._kept.append(self.cut.copy())
            if len(self._kept) > KEPT:
                del self._kept[::2]
                self._every *= 2

    def _next(self, last: int) -> Iterator[e.AnyEvent]:
        while self.at < last and (events := self.tape.events(self.at, min(self.at + _BATCH, last))):
            yield from events

    def _before(self, last: int) -> Iterator[e.AnyEvent]:
        """The events up to `last`, backwards."""
        while last > 0:
            first = max(last - _BATCH, 0)
            yield from reversed(self.tape.events(first, last))
            last = first


class Foreseen:
    """The findings of a tape, by the event at which they come to light. Detectors only go
    forwards and take nothing back, so they are folded once, as far as anybody asks, and what they
    found is looked up by whoever passes there again."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._findings = Findings()
        self._state = State()
        self._at: dict[int, list[Finding]] = {}

    def at(self, seq: int) -> list[Finding]:
        """What comes to light at event `seq`."""
        self._reach(seq)
        return self._at.get(seq, [])

    def until(self, seq: int) -> list[Finding]:
        """All that has come to light once event `seq` has happened, in order."""
        self._reach(seq)
        return [finding for finding in self._findings.all if finding.seq <= seq]

    def _reach(self, seq: int) -> None:
        while self._state.seq < seq and (
            events := self._tape.events(self._state.seq, min(self._state.seq + _BATCH, seq))
        ):
            for event in events:
                self._state.apply(event)
                if found := self._findings.observe(event, self._state):
                    self._at[event.seq] = found
