"""The one door into the history: what is recorded is folded at once.

Whatever the session knows it knows through the folds here, so a resumed session, whose folds are
fed from the file, knows exactly what the one before it knew.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from agents.protocol.observations import Observations
from agents.runtime.standstill import Standstill
from agents.teams.heartbeats import Heartbeats
from workspaces.history.codec import blob
from workspaces.history.events import AnyEvent, SessionContinued, SessionPaused
from workspaces.history.state import State
from workspaces.history.writer import DiskFull, HistoryWriter

E = TypeVar("E", bound=AnyEvent)
T = TypeVar("T")

ROOM_SECONDS = 0.5
"""How long to wait for room on a full disk before trying again."""

EXCHANGES_KEPT = 3
"""Past replies in a context: the agent's own last turns. Older ones are on the board as facts."""


class Recorder:
    """Appends to `writer` and keeps `state`, `observations` and `heartbeats` in step with it.
    `standstill` says when it waits for room on the disk."""

    def __init__(self, writer: HistoryWriter, standstill: Standstill | None = None) -> None:
        self._writer = writer
        self.standstill = standstill or Standstill()
        writer.reserve()
        self.state = State()
        self.observations = Observations(EXCHANGES_KEPT)
        self._followers: list[Callable[[AnyEvent, State], None]] = []
        self.heartbeats = Heartbeats()
        for event in writer.past:
            self._fold(event)
        writer.past.clear()

    def observe(self, observer: Callable[[AnyEvent], None]) -> None:
        """Tell `observer` of every event recorded from now on. It must not raise."""
        self._writer.observe(observer)

    def follow(self, follower: Callable[[AnyEvent, State], None]) -> None:
        """Tell `follower` of every event once the folds have moved past it. It must record
        nothing and not raise."""
        self._followers.append(follower)

    def record(self, event: E) -> E:
        """`event` as stored. Raises `HistoryError` when it cannot be, and `StoppedStill` when the
        session was stopped while it waited for room."""
        try:
            stamped = self._writer.append(event)
        except DiskFull:
            stamped = self._stand_still(lambda: self._writer.append(event))
        self._fold(stamped)
        return stamped

    def wait_for_room(self) -> None:
        """Return once somebody has made room on the disk, for a file that found none."""
        self._stand_still(lambda: None)

    def _stand_still(self, attempt: Callable[[], T]) -> T:
        """What `attempt` gives, once somebody has made room on the disk. Until then the whole
        session stands still in the middle of this step, so nothing is lost and nothing is half
        done."""
        paused = self.state.paused
        reason = f"The disk is full: no room beside {self._writer.path}. It goes on by itself."
        with self.standstill.standing(reason, self.state.seq):
            self._writer.release()
            with suppress(DiskFull):
                self._fold(self._writer.append(SessionPaused(reason=reason)))
            while True:
                self.standstill.wait(ROOM_SECONDS)
                if not self._writer.room():
                    continue
                with suppress(DiskFull):
                    if self.state.paused and not paused:
                        self._fold(self._writer.append(SessionContinued()))
                    result = attempt()
                    break
        self._writer.reserve()
        return result

    def store(self, text: str) -> str:
        """The digest of `text`, which is in the history from now on."""
        event = blob(text)
        if event.digest not in self.state.blobs:
            self.record(event)
        return event.digest

    def _fold(self, event: AnyEvent) -> None:
        self.state.apply(event)
        self.observations.observe(event, self.state)
        for follower in self._followers:
            follower(event, self.state)
        self.heartbeats.observe(event, self.state)
