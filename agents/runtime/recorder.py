"""The one door into the history: what is recorded is folded at once.

Whatever the session knows it knows through the folds here, so a resumed session, whose folds are
fed from the file, knows exactly what the one before it knew.
"""

from collections.abc import Callable
from typing import TypeVar

from agents.protocol.observations import Observations
from agents.teams.heartbeats import Heartbeats
from workspaces.history.codec import blob
from workspaces.history.events import AnyEvent
from workspaces.history.state import State
from workspaces.history.writer import HistoryWriter

E = TypeVar("E", bound=AnyEvent)

EXCHANGES_KEPT = 3
"""Past replies in a context: the agent's own last turns. Older ones are on the board as facts."""


class Recorder:
    """Appends to `writer` and keeps `state`, `observations` and `heartbeats` in step with it."""

    def __init__(self, writer: HistoryWriter) -> None:
        self._writer = writer
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
        stamped = self._writer.append(event)
        self._fold(stamped)
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
