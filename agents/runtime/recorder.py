"""The one door into the history: what is recorded is folded at once.

Whatever the session knows it knows through the folds here, so a resumed session, whose folds are
fed from the file, knows exactly what the one before it knew.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from agents.protocol.observations import Observations
from agents.teams.heartbeats import Heartbeats
from workspaces.history.codec import blob
from workspaces.history.events import AnyEvent, SessionContinued, SessionPaused
from workspaces.history.state import State
from workspaces.history.writer import DiskFull, HistoryWriter

E = TypeVar("E", bound=AnyEvent)

ROOM_SECONDS = 0.5
"""How long to wait for room on a full disk before trying again."""

EXCHANGES_KEPT = 3
"""Past replies in a context: the agent's own last turns. Older ones are on the board as facts."""


class Recorder:
    """Appends to `writer` and keeps `state`, `observations` and `heartbeats` in step with it."""

    def __init__(self, writer: HistoryWriter, wait: Callable[[float], None] = time.sleep) -> None:
        self._writer = writer
        self._wait = wait
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
        """`event` as stored. Raises `HistoryError` when it cannot be."""
        try:
            stamped = self._writer.append(event)
        except DiskFull:
            stamped = self._when_there_is_room(event)
        self._fold(stamped)
        return stamped

    def _when_there_is_room(self, event: E) -> E:
        """`event` as stored, once somebody has made room on the disk. Until then the whole session
        stands still in the middle of this step, so nothing is lost and nothing is half done."""
        paused = self.state.paused
        self._writer.release()
        with suppress(DiskFull):
            reason = f"The disk is full: no room beside {self._writer.path}. It goes on by itself."
            self._fold(self._writer.append(SessionPaused(reason=reason)))
        while True:
            self._wait(ROOM_SECONDS)
            if not self._writer.room():
                continue
            try:
                if self.state.paused and not paused:
                    self._fold(self._writer.append(SessionContinued()))
                stamped = self._writer.append(event)
            except DiskFull:
                continue
            break
        self._writer.reserve()
        return stamped

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
