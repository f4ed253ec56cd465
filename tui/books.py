"""What a person looks up in a history beyond what is drawn: cuts, and causes and effects.

Both are folds that only move forward, so they are kept and taken further when they are asked for
again. Folding takes a second for a hundred thousand events: call from a thread.
"""

import threading
from collections.abc import Callable, Collection
from typing import Final

from agents.debugger.causality import Causality
from agents.debugger.cut import Cut
from workspaces.history.events import AnyEvent
from workspaces.history.tape import Tape

BATCH: Final = 2_000


class Books:
    """The books of the history that `tape` gives, which may have grown each time."""

    def __init__(self, tape: Callable[[], Tape]) -> None:
        self._tape = tape
        self._lock = threading.Lock()
        self._cut = Cut()
        self._causality = Causality()

    def cut(self, place: int) -> Cut:
        """What was the case after `place` events. It is the caller's."""
        with self._lock:
            if place < self._cut.seq:
                self._cut = Cut()
            tape = self._tape()
            while self._cut.seq < place:
                at = self._cut.seq
                events = tape.events(at, min(at + BATCH, place))
                if not events:
                    break
                for event in events:
                    self._cut.observe(event)
            return self._cut.copy()

    def causality(self) -> Causality:
        """Causes and effects among all events so far. It only grows."""
        with self._lock:
            tape, causality = self._tape(), self._causality
            while events := tape.events(len(causality), len(causality) + BATCH):
                for event in events:
                    causality.observe(event)
            return causality

    def events(self, *numbers: int) -> list[AnyEvent]:
        """The events of those numbers that there are."""
        tape = self._tape()
        return [event for n in numbers if n > 0 for event in tape.events(n - 1, n)]

    def last_step(
        self, place: int, agents: Collection[str], but: tuple[type[AnyEvent], ...] = ()
    ) -> int:
        """The last step of one of `agents` at or before `place` that is none of `but`; 0 if there
        is none."""
        tape = self._tape()
        for at in range(place, 0, -1):
            for event in tape.events(at - 1, at):
                if event.steps and event.agent in agents and not isinstance(event, but):
                    return event.seq
        return 0
