"""Where a screen's events come from: a history that grows, or a recording that is played.

A feed never waits and hands over a bounded number of bytes or events at a time, so that a key never
waits for one either. Both kinds give the same events in the same order; what differs is when.
"""

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from workspaces.history.events import AnyEvent, SessionEnded, SessionPaused, SessionStarted
from workspaces.history.reader import Reader

BATCH_BYTES: Final = 1 << 14
"""Read at a time: about a hundred events of streamed text, folded in a few milliseconds."""

BATCH_EVENTS: Final = 128
SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
SLOW_STEP_SECONDS: Final = 2.0
"""How far ahead of the recording's own time one poll may go after the screen was held up."""


class Feed(Protocol):
    """Events, and the session's time."""

    live: bool
    """Whether a team may be at work on the history at this moment."""
    playing: bool
    speed: float
    behind: bool
    """Whether more events are there at once."""
    epoch: int
    """Counts up when events begin again from the first: whoever folds them must start anew."""

    def poll(self) -> Sequence[AnyEvent]:
        """Some of the events that are due; none if none is."""
        ...

    def now(self) -> float:
        """The session's time, in its own seconds."""
        ...

    @property
    def seconds(self) -> float:
        """How long everything that is known lasts."""
        ...

    @property
    def problem(self) -> str:
        """Why no more can be read; empty if all is well."""
        ...

    def close(self) -> None:
        """Give up what is open."""
        ...


class LiveFeed:
    """Follows the history of a session at work. Raises `HistoryError` when it cannot be opened."""

    live = True
    playing = True
    speed = 1.0
    epoch = 0

    def __init__(self, path: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reader = Reader(path)
        self._monotonic = monotonic
        self._t = 0.0
        self._at = monotonic()
        self._running = False
        self._wall = True
        self.behind = True

    def poll(self) -> Sequence[AnyEvent]:
        """The events of the next piece of the file."""
        before = self._reader.offset
        events = self._reader.poll(BATCH_BYTES)
        self.behind = bool(events) and self._reader.offset - before >= BATCH_BYTES // 2
        if events:
            self._t, self._at = events[-1].t, self._monotonic()
            for event in events:
                match event:
                    case SessionStarted():
                        self._wall = event.settings.timing == "wall"
                        self._running = True
                    case SessionEnded() | SessionPaused():
                        self._running = False
                    case _:
                        self._running = True
        return events

    def now(self) -> float:
        """The time of the latest event and, while the team is at work by the wall's clock, what
        has passed since."""
        if not self._running or not self._wall or self.behind:
            return self._t
        return self._t + self._monotonic() - self._at

    @property
    def seconds(self) -> float:
        """The time of the latest event."""
        return self._t

    @property
    def problem(self) -> str:
        """The damage in the file, if there is any."""
        return str(self._reader.damage) if self._reader.damage else ""

    def close(self) -> None:
        """Close the file."""
        self._reader.close()


class ReplayFeed:
    """Plays `events`, which are a whole history, by the recording's own time.

    It starts at the beginning, or with everything shown already if not `playing`.
    """

    live = False

    def __init__(
        self,
        events: Sequence[AnyEvent],
        speed: float = 1.0,
        playing: bool = True,
        problem: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._events = events
        self._times = [event.t for event in events]
        self._monotonic = monotonic
        self._at = monotonic()
        self._now = 0.0 if playing else self.seconds
        self._next = 0
        self.problem = problem
        self.speed = speed
        self.playing = playing
        self.behind = True
        self.epoch = 0

    @property
    def seconds(self) -> float:
        """How long the recording is."""
        return self._times[-1] if self._times else 0.0

    @property
    def ended(self) -> bool:
        """Whether everything has been handed over."""
        return self._next >= len(self._events)

    def poll(self) -> Sequence[AnyEvent]:
        """The events that the recording's time has reached."""
        self._advance()
        due = bisect_right(self._times, self._now, lo=self._next)
        end = min(due, self._next + BATCH_EVENTS)
        events = self._events[self._next : end]
        self._next = end
        self.behind = end < due
        if self.ended:
            self.playing = False
        return events

    def now(self) -> float:
        """Where in its time the recording is."""
        return min(self._now, self.seconds)

    def play(self, playing: bool) -> None:
        """Go on, or stop. At the end, go on from the beginning."""
        self._advance()
        if playing and self.ended:
            self.seek(0.0)
        self.playing = playing

    def faster(self, steps: int) -> float:
        """Change the speed by so many steps, and return it."""
        self._advance()
        place = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self.speed))
        self.speed = SPEEDS[min(max(place + steps, 0), len(SPEEDS) - 1)]
        return self.speed

    def seek(self, seconds: float) -> None:
        """Go to a time of the recording; backwards, events begin again from the first."""
        seconds = min(max(seconds, 0.0), self.seconds)
        self._at = self._monotonic()
        if bisect_right(self._times, seconds) < self._next:
            self._next = 0
            self.epoch += 1
        self._now = seconds
        self.behind = True

    def seek_event(self, seq: int) -> None:
        """Go to just after event `seq`."""
        self.seek(self._times[min(max(seq, 1), len(self._times)) - 1])

    def close(self) -> None:
        """Nothing is open."""

    def _advance(self) -> None:
        now = self._monotonic()
        passed, self._at = now - self._at, now
        if self.playing:
            self._now += min(passed, SLOW_STEP_SECONDS) * self.speed
