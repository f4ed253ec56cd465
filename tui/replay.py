"""A recording that is played: by its own time, faster or slower, and entered anywhere."""

import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from agents.debugger.breakpoints import Hit
from tui.hits import Hits
from tui.views.docket import Docket
from tui.views.picture import Picture
from workspaces.history.events import AnyEvent, Blob, WritesCommitted
from workspaces.history.tape import Played, Tape

if TYPE_CHECKING:
    from tui.foresight import Foresight

BATCH_EVENTS: Final = 128
AT_ONCE: Final = math.inf
"""The speed at which time does not matter: as fast as it can be drawn."""
SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, AT_ONCE)
SLOW_STEP_SECONDS: Final = 2.0
"""How far ahead of the recording's own time one poll may go after the screen was held up."""
NEAR: Final = 1_500
"""Events ahead up to which a jump goes on from where it is."""
PAUSE_SECONDS: Final = 1.0
"""How long nothing may happen, as the screen's time goes, where pauses are skipped."""
BEFORE_SECONDS: Final = 0.3
"""How long before the next event a skipped pause ends."""

_UNSEEN: Final = (Blob, WritesCommitted)
"""Events that no part of the screen shows: one does not step to them."""


class ReplayFeed:
    """Plays a whole history, a tape or its `events`, by the recording's own time.

    It starts at the beginning, or with everything shown already if not `playing`. With `ahead`,
    which reads the recording ahead, a jump begins from near where it leads and not from the first
    event: whoever folds asks `begin` for a picture to go on with.
    """

    live = False

    def __init__(
        self,
        events: Sequence[AnyEvent] | Tape,
        speed: float = 1.0,
        playing: bool = True,
        problem: str = "",
        monotonic: Callable[[], float] = time.monotonic,
        ahead: "Foresight | None" = None,
    ) -> None:
        self.tape: Tape = Played(events, problem) if isinstance(events, Sequence) else events
        self.ahead = ahead
        self.hits = Hits(self.tape, ahead)
        """Breakpoints on the recording: playing stops at them."""
        self.hit: Hit | None = None
        """The one at which it stands."""
        self._monotonic = monotonic
        self._at = monotonic()
        self._now = 0.0 if playing else self.seconds
        self._next = 0
        self._origin = 0
        """From where events came when they last began again."""
        self._goal: int | None = None if playing else len(self.tape)
        """How many events are to be shown while it stands still; `None` while time decides."""
        self._awaited: int | None = None
        """The place of a jump that is being read up to, before which it cannot be entered."""
        self.speed = speed
        self.playing = playing
        self.skipping = False
        """Whether pauses of the recording are skipped."""
        self.behind = True
        self.epoch = 0

    @property
    def problem(self) -> str:
        """Why the recording ends where it does."""
        return self.tape.problem

    @property
    def seconds(self) -> float:
        """How long the recording is."""
        return self.tape.time(len(self.tape) - 1) if len(self.tape) else 0.0

    @property
    def ended(self) -> bool:
        """Whether everything has been handed over."""
        return self._next >= len(self.tape)

    @property
    def place(self) -> int:
        """How many events have been handed over: the number of the last one."""
        return self._next

    @property
    def goal(self) -> int:
        """The place that it is at, or on its way to."""
        return self._next if self._goal is None else self._goal

    def looked(self, seq: int) -> float | None:
        """The share of the recording that has been looked through for findings; `None` if that has
        come up to event `seq`."""
        if self.ahead is None or self.ahead.done or self.ahead.reached >= seq:
            return None
        return self.ahead.reached / len(self.tape)

    def poll(self) -> Sequence[AnyEvent]:
        """The events that the recording's time has reached."""
        if self._awaited is not None:
            self._go(self._awaited)
            if self._awaited is not None:
                return ()
        self._advance()
        due, hit = self._due(), None
        if self.playing:
            hit = self.hits.after(self._next)
            due = min(due, hit.seq if hit else due, max(self.hits.reached, self._next))
        end = min(due, self._next + BATCH_EVENTS)
        events = self.tape.events(self._next, end)
        if len(events) < end - self._next:  # what could not be read has ended the tape
            due = end = self._next + len(events)
        self._next = end
        self.behind = end < due
        if self.speed == AT_ONCE and self.playing and events:
            self._now = max(self._now, events[-1].t)
        if self.ended:
            self.playing = False
        if hit and self._next == hit.seq:
            self.halt(hit)
        return events

    def begin(self, docket: Docket) -> Picture:
        """A picture to go on with from where the next events come from."""
        picture = Picture(docket, self.ahead)
        if self.ahead is None:
            return picture
        if checkpoint := self.ahead.before(self._origin):
            self.ahead.take_up(picture, checkpoint)
        at = picture.state.seq
        while at < self._origin:
            events = self.tape.events(at, self._origin)
            for event in events:
                picture.note(event)
            if not events:
                break
            at += len(events)
        if self._origin:
            picture.go_on()
        return picture

    def now(self) -> float:
        """Where in its time the recording is."""
        return min(self._now, self.seconds)

    def play(self, playing: bool) -> None:
        """Go on, or stop. At the end, go on from the beginning."""
        self._advance()
        if playing and self.ended:
            self.seek(0.0)
        if playing:
            self._goal = self.hit = None
        self.playing = playing

    def faster(self, steps: int) -> float:
        """Change the speed by so many steps, and return it."""
        self._advance()
        place = min(range(len(SPEEDS)), key=lambda i: abs(min(SPEEDS[i], 1e6) - self.speed))
        if self.speed == AT_ONCE:
            place = len(SPEEDS) - 1
        self.speed = SPEEDS[min(max(place + steps, 0), len(SPEEDS) - 1)]
        return self.speed

    def seek(self, seconds: float) -> None:
        """Go to a time of the recording."""
        seconds = min(max(seconds, 0.0), self.seconds)
        self._go(self._reached(seconds))
        self._goal = None
        self._now = seconds

    def seek_event(self, seq: int) -> None:
        """Go to just after event `seq`, and stand still there."""
        seq = min(max(seq, 1), len(self.tape))
        self._go(seq)
        self.playing = False
        self._goal = seq
        self._now = self.tape.time(seq - 1)

    def halt(self, hit: Hit) -> None:
        """Go to a breakpoint's hit, and stand still there."""
        self.seek_event(hit.seq)
        self.hit = hit

    def step(self, by: int) -> None:
        """To the next event that shows, or the one before, and stand still there."""
        place = self.goal + by
        while 0 < place < len(self.tape):
            shown = self.tape.events(place - 1, place)
            if not shown or not isinstance(shown[0], _UNSEEN):
                break
            place += by
        self.seek_event(place)

    def close(self) -> None:
        """Read no further."""
        self.hits.close()
        if self.ahead:
            self.ahead.stop()

    def _go(self, place: int) -> None:
        """Have `place` events handed over; far away, begin from near there, as soon as one can."""
        self._at = self._monotonic()
        self.behind = True
        self.hit = None
        self._awaited = None
        back = place < self._next
        if not back and (self.ahead is None or place - self._next <= NEAR):
            return
        if self.ahead and self.ahead.charting and place - self.ahead.charted > NEAR:
            self._awaited = place
            return
        opening = self.ahead.opening(place) if self.ahead else 0
        if back or opening > self._next:
            self._next = self._origin = opening
            self.epoch += 1

    def _due(self) -> int:
        if self._goal is not None:
            return max(self._goal, self._next)
        if self.playing and self.speed == AT_ONCE:
            return len(self.tape)
        return max(self._reached(self._now), self._next)

    def _reached(self, seconds: float) -> int:
        """How many events there had been by that time."""
        low = self._next
        if low >= len(self.tape) or self.tape.time(low) > seconds:
            if low == 0 or self.tape.time(low - 1) <= seconds:
                return low
            low, high = 0, low  # before what is shown
        else:
            high = len(self.tape)
        while low < high:
            middle = (low + high) // 2
            if self.tape.time(middle) <= seconds:
                low = middle + 1
            else:
                high = middle
        return low

    def _advance(self) -> None:
        now = self._monotonic()
        passed, self._at = now - self._at, now
        if not self.playing or self.speed == AT_ONCE:
            return
        self._now += min(passed, SLOW_STEP_SECONDS) * self.speed
        if self.skipping and self._goal is None and self._next < len(self.tape):
            pause = self.tape.time(self._next) - self._now
            if pause > PAUSE_SECONDS * self.speed:
                self._now += pause - BEFORE_SECONDS * self.speed
