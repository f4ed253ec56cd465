"""Reading a recording ahead of its replay: places to take it up again, and then all its findings.

It reads in a thread of its own while the screen plays, twice: what places need takes a fifth of the
time that findings take, and where one may go is wanted first. What it has found it never changes,
so the screen may look at any time.
"""

import threading
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from tui.views.casebook import CaseBook
from tui.views.docket import Docket
from tui.views.ledger import Checkpoint, Ledger, forget_prompts
from workspaces.anomalies.finding import Finding
from workspaces.anomalies.muting import Muting
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import State
from workspaces.history.tape import Tape

CHECKPOINTS: Final = 1_000
"""Places in a long recording at which it can be taken up. One of half a million events is then
500 events from the next: a few milliseconds of folding."""
CLOSEST: Final = 500
"""Events between two of them at least."""
BATCH: Final = 100
"""Events after which the screen's thread may have its turn."""
WINDOW: Final = 800
"""Events before the place one goes to that panes show, and the turns under way."""
FARTHEST: Final = 4_000
"""Events before it that are looked through for where those turns began."""


class Foresight:
    """What is known of `tape`."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.found: list[Finding] = []
        """All findings so far, in the order in which they come to light."""
        self.checkpoints: list[Checkpoint] = []
        self.charted = 0
        """Events up to which there are places to take the recording up."""
        self.reached = 0
        """Events whose findings are known."""
        self._ledger = Ledger(Findings(()))
        self._book = CaseBook(Muting())
        self._judged = self._book.muting.terms
        self._filing = threading.Lock()
        """Held while a finding is filed, or the book is looked into."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="foresight", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no further."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def wait(self) -> None:
        """Return when all is read."""
        self._thread.join()

    @property
    def charting(self) -> bool:
        """Whether there will be more places to take it up."""
        return self.charted < len(self.tape) and self._thread.is_alive()

    @property
    def done(self) -> bool:
        """Whether all is read."""
        return self.reached >= len(self.tape)

    def before(self, place: int) -> Checkpoint | None:
        """The last checkpoint that is at most `place` events in; `None` is the beginning."""
        kept = bisect_right(self.checkpoints, place, key=lambda checkpoint: checkpoint.seq)
        return self.checkpoints[kept - 1] if kept else None

    def book(self, docket: Docket, seq: int) -> CaseBook:
        """The cases that had been found by event `seq`, as far as it is read, judged by the
        docket's mutes."""
        with self._filing:
            self._book.muting = docket.muting
            if self._judged != docket.muting.terms:
                self._judged = docket.muting.terms
                self._book.judge()
            return self._book.at(seq)

    def take_up(self, ledger: Ledger, checkpoint: Checkpoint) -> None:
        """Make `ledger` what it was there."""
        ledger.take_up(checkpoint, self._ledger)

    def opening(self, place: int) -> int:
        """From where on the panes are to be told what happened, to show the moment at `place`: so
        far back that every turn under way there is told from its beginning."""
        begin = max(place - WINDOW, 0)
        under_way: set[str] = set()
        seen: set[str] = set()
        at = place
        while at > 0 and place - at < FARTHEST:
            first = max(at - 200, 0)
            for event in reversed(self.tape.events(first, at)):
                if isinstance(event, e.TurnEnded | e.TurnStarted) and event.agent not in seen:
                    seen.add(event.agent)
                    if isinstance(event, e.TurnStarted) and event.seq <= begin:
                        begin = event.seq - 1
                elif isinstance(event, e.Text | e.ReplyEnded) and event.agent not in seen:
                    under_way.add(event.agent)
            at = first
            if at <= begin and under_way <= seen:
                break
        return begin

    def _read(self) -> None:
        self._chart()
        self._judge()

    def _chart(self) -> None:
        ledger = self._ledger
        every = max(len(self.tape) // CHECKPOINTS, CLOSEST)
        due = every
        for events in self._batches():
            for event in events:
                ledger.note(event)
                if event.seq == due:
                    last = self.checkpoints[-1] if self.checkpoints else None
                    self.checkpoints.append(ledger.kept(last))
                    due += every
            self.charted += len(events)
        if not self._stopped.is_set():
            self.charted = max(self.charted, len(self.tape))

    def _judge(self) -> None:
        state, findings = State(), Findings()
        for events in self._batches():
            for event in events:
                state.apply(event)
                if new := findings.observe(event, state):
                    self._file(new)
                if isinstance(event, e.TurnStarted):
                    forget_prompts(event, state)
            self.reached += len(events)
        if not self._stopped.is_set():
            self.reached = max(self.reached, len(self.tape))

    def _batches(self) -> Iterator[Sequence[e.AnyEvent]]:
        """All events; the screen has its turn between two batches."""
        at = 0
        while not self._stopped.is_set() and (events := self.tape.events(at, at + BATCH)):
            yield events
            at += len(events)
            time.sleep(0)

    def _file(self, new: list[Finding]) -> None:
        with self._filing:
            for finding in new:
                self._book.file(finding)
            self.found += new
