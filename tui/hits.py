"""Where breakpoints would have stopped a recording.

They are set on what was recorded and change nothing in it. A thread of its own goes through the
recording once for every change of the set; playing never overtakes it, so that no hit is missed.
"""

import threading
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, Protocol

from agents.debugger.breakpoints import BREAK, Breakpoint, Breakpoints, Hit
from agents.debugger.conditions import parse
from workspaces.anomalies.finding import Finding
from workspaces.history import events as e
from workspaces.history.state import State
from workspaces.history.tape import Tape

BATCH: Final = 100
"""Events after which the screen's thread may have its turn."""
LATE_SECONDS: Final = 0.02
"""How long to wait for findings that are not known yet."""


class Foreseen(Protocol):
    """All findings of a recording, as far as they are known."""

    found: list[Finding]
    reached: int

    @property
    def done(self) -> bool:
        """Whether they are all known."""
        ...


class Hits:
    """Breakpoints on `tape`; without `ahead` their findings are looked for here."""

    def __init__(self, tape: Tape, ahead: Foreseen | None = None) -> None:
        self.points: dict[int, Breakpoint] = {}
        self.hits: list[Hit] = []
        """All so far, in the order of the recording, those of breakpoints that are off too."""
        self.reached = len(tape)
        """Events that were looked at."""
        self._tape = tape
        self._ahead = ahead
        self._given = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, text: str) -> None:
        """Set one. Raises `UsageError`."""
        condition = parse(text)
        self._given += 1
        self.points[self._given] = Breakpoint(self._given, condition)
        self._begin()

    def delete(self, number: int) -> None:
        """Take one away."""
        self.points.pop(number, None)
        self._begin()

    def switch(self, number: int) -> None:
        """Switch one off, or on again."""
        if point := self.points.get(number):
            point.on = not point.on

    def met(self, number: int) -> int:
        """How often one stops the recording, as far as is known."""
        return sum(hit.number == number for hit in self.hits)

    def after(self, place: int) -> Hit | None:
        """The first hit beyond `place` events of a breakpoint that is on."""
        hits = self.hits
        for at in range(bisect_right(hits, place, key=lambda hit: hit.seq), len(hits)):
            point = self.points.get(hits[at].number)
            if point and point.on:
                return hits[at]
        return None

    def at(self, place: int) -> Hit | None:
        """The hit at `place`, if there is one."""
        hit = self.after(place - 1)
        return hit if hit and hit.seq == place else None

    @property
    def done(self) -> bool:
        """Whether the whole recording was looked at."""
        return self.reached >= len(self._tape)

    def wait(self) -> None:
        """Return when it was."""
        if self._thread:
            self._thread.join()

    def close(self) -> None:
        """Look no further."""
        self._stop.set()
        self.wait()

    def _begin(self) -> None:
        self.close()
        self._stop = threading.Event()
        self.hits, self.reached = [], 0 if self.points else len(self._tape)
        if self.points:
            # Each is looked for by itself: where two stop at one event, both have a hit.
            each = {number: Breakpoints() for number in self.points}
            for number, point in self.points.items():
                order = e.CommandGiven(agent=e.USER, command=BREAK, argument=point.condition.text)
                each[number].observe(order, State())
            args = (each, self._stop, self.hits)
            self._thread = threading.Thread(target=self._read, args=args, name="hits", daemon=True)
            self._thread.start()

    def _read(self, each: dict[int, Breakpoints], stop: threading.Event, hits: list[Hit]) -> None:
        state, at, known = State(), 0, _Known(self._ahead)
        while not stop.is_set():
            if not known.until(at + BATCH):
                time.sleep(LATE_SECONDS)
                continue
            events = self._tape.events(at, at + BATCH)
            if not events:
                break
            for event in events:
                state.apply(event)
                if isinstance(event, e.CommandGiven):
                    continue  # the session's own breakpoints have stopped it already
                for number, points in each.items():
                    if hit := points.observe(event, state, known.at(event.seq)):
                        hits.append(Hit(number, hit.text, hit.why, hit.seq))
            at += len(events)
            self.reached = at
            time.sleep(0)
        if not stop.is_set():
            self.reached = max(self.reached, len(self._tape))


class _Known:
    """The findings of each event, from somebody who reads the recording ahead."""

    def __init__(self, ahead: Foreseen | None) -> None:
        self._ahead = ahead
        self._taken = 0
        self._by_event: defaultdict[int, list[Finding]] = defaultdict(list)

    def until(self, place: int) -> bool:
        """Whether those of the first `place` events are known."""
        ahead = self._ahead
        if ahead is None:
            return True
        if not ahead.done and ahead.reached < place:
            return False
        new = ahead.found[self._taken :]
        self._taken += len(new)
        for finding in new:
            self._by_event[finding.seq].append(finding)
        return True

    def at(self, seq: int) -> Sequence[Finding] | None:
        """Those that come to light at event `seq`; `None` where nobody has looked."""
        return None if self._ahead is None else self._by_event.get(seq, ())
