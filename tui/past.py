"""The past of a session at work, as a recording that ends where the person looked back from.

Whoever follows a session keeps moments of it on the way, so that going back is taking up the one
before and folding on from there: nothing is read ahead, and nothing is looked for again.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tui.foresight import Foresight
from tui.views.ledger import Checkpoint, Ledger
from workspaces.history.events import AnyEvent
from workspaces.history.tape import HistoryTape, Tape

EVERY: Final = 1_000
"""Events between two kept moments: a jump folds half as many, in some milliseconds."""


class Memory:
    """The kept moments of one ledger as it grows."""

    def __init__(self) -> None:
        self.checkpoints: list[Checkpoint] = []

    def keep(self, ledger: Ledger) -> None:
        """Keep what is the case now if enough has happened since the last time."""
        last = self.checkpoints[-1] if self.checkpoints else None
        if ledger.state.seq - (last.seq if last else 0) >= EVERY:
            self.checkpoints.append(ledger.kept(last))


class Hindsight(Foresight):
    """What is known of `tape` by whoever has followed it to its end: all of it."""

    def __init__(self, tape: Tape, ledger: Ledger, memory: Memory) -> None:
        """`ledger` may go on, and `memory` with it; they hold the beginning of `tape` and more."""
        super().__init__(tape)
        self._ledger = ledger
        self.checkpoints = [kept for kept in memory.checkpoints if kept.seq <= len(tape)]
        self.found = [finding for finding in ledger.findings.all if finding.seq <= len(tape)]
        self.reached = len(tape)

    def start(self) -> None:
        """There is nothing to read."""


class Beginning:
    """The first `length` events of a history, which may go on to grow. Raises `HistoryError`."""

    def __init__(self, path: Path, length: int) -> None:
        self._tape = HistoryTape(path)
        self._length = min(length, len(self._tape))

    def __len__(self) -> int:
        """How many there are."""
        return self._length

    def time(self, place: int) -> float:
        """When the event at `place` was, in session seconds."""
        return self._tape.time(place)

    def events(self, begin: int, end: int) -> Sequence[AnyEvent]:
        """Those at `begin` up to, without, `end`."""
        return self._tape.events(begin, min(end, self._length))

    @property
    def problem(self) -> str:
        """A history that grows has no end to have a problem with."""
        return ""
