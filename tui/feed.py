"""Where a screen's events come from: a history that grows, or a recording that is played.

A feed never waits and hands over a bounded number of bytes or events at a time, so that a key never
waits for one either. Both kinds give the same events in the same order; what differs is when.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from tui.views.docket import Docket
from tui.views.picture import Picture
from workspaces.history.events import (
    AnyEvent,
    SessionEnded,
    SessionPaused,
    SessionStarted,
)
from workspaces.history.reader import Reader

BATCH_BYTES: Final = 1 << 14
"""Read at a time: about a hundred events of streamed text, folded in a few milliseconds."""


class Feed(Protocol):
    """Events, and the session's time."""

    live: bool
    """Whether a team may be at work on the history at this moment."""
    playing: bool
    speed: float
    behind: bool
    """Whether more events are there at once."""
    epoch: int
    """Counts up when events begin again elsewhere: whoever folds them must start anew."""

    def begin(self, docket: Docket) -> Picture:
        """A picture to start with, now and whenever `epoch` has counted up."""
        ...

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

    def begin(self, docket: Docket) -> Picture:
        """A picture of nothing: events come from the first."""
        return Picture(docket)

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
