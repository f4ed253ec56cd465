"""The driver of a sweep: hands out jobs, commits what comes back, and stops when told.

At most twice as many tickets are under way as there are slots, so that a budget or Ctrl-C reaches
a sweep of thousands at once, and whoever waits for the first outcome never waits for the slowest.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from statistics import fmean

import msgspec
from msgspec import Struct

from agents.sweeps import job as jobs
from agents.sweeps.engines import Engine
from agents.sweeps.job import Job, Outcome, Ticket
from agents.sweeps.results import Results

ATTEMPTS = 2
WINDOW = 2
"""Tickets under way for each slot."""
POLL_S = 0.5
DONE, BUDGET, INTERRUPTED = "done", "budget", "interrupted"


class Progress(Struct, frozen=True, kw_only=True):
    """Where a sweep stands. `remaining_s` is from the mean time of the sessions so far; jobs are
    interleaved, so these are like those to come. `cost_usd` is what all sessions cost together,
    and `remaining_usd` what is expected still."""

    total: int
    done: int
    """Committed, those of earlier runs too."""
    new: int
    failed: int
    succeeded: int
    running: int
    elapsed_s: float
    remaining_s: float | None
    cost_usd: float
    unpriced: int
    """Sessions of which no price is known; `cost_usd` is without them."""
    remaining_usd: float
    last: str = ""


class Runner:
    """Runs the jobs that have no result yet. `tell` is told of every outcome, and that there is
    none yet.

    Once the committed sessions have cost `most_usd` no more are handed out, and those under way,
    which have cost something, are finished; `deadline_s` ends a single session. `stop` may be
    called from a signal handler.
    """

    def __init__(
        self,
        results: Results,
        engine: Engine,
        *,
        deadline_s: float = 3600.0,
        attempts: int = ATTEMPTS,
        most_usd: float | None = None,
        rates: str = "",
        keep_recordings: bool = True,
        tell: Callable[[Progress], None] = lambda progress: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._results = results
        self._engine = engine
        self._deadline_s = deadline_s
        self._attempts = attempts
        self._most_usd = most_usd
        # With a budget none waits at the engine: all that are handed out are paid for.
        self._window = WINDOW if most_usd is None else 1
        self._rates = rates
        self._keep = keep_recordings
        self._tell = tell
        self._now = now
        self._run = secrets.token_hex(4)
        self._stopped = False
        self._waiting: deque[Ticket] = deque()
        self._flying: dict[Future[bytes], Ticket] = {}
        self._walls: list[float] = []
        self._costs: list[float] = []
        self._spent = 0.0
        self._total = self._done = self._new = self._failed = self._succeeded = self._unpriced = 0
        self._began = 0.0

    def stop(self) -> None:
        """Hand out no more, call off what runs, and return from `run`."""
        self._stopped = True

    def run(self, all_jobs: Iterable[Job]) -> str:
        """Run what is left of the jobs; why it ended: `done`, `budget` or `interrupted`."""
        self._began = self._now()
        everything = list(all_jobs)
        done = self._results.done()
        self._total = len(everything)
        self._done = sum(job.key in done for job in everything)
        stored = [one.row for one in self._results.stored()] if done else []
        self._spent = sum(row.cost_usd or 0.0 for row in stored)
        self._succeeded = sum(row.success for row in stored)
        self._unpriced = sum(row.cost_usd is None for row in stored)
        left = [job for job in everything if job.key not in done]
        self._waiting = deque(self._ticket(job, 1) for job in left)
        try:
            while not self._stopped:
                self._hand_out()
                if not self._flying:
                    break
                ready, _ = wait(self._flying, timeout=POLL_S, return_when=FIRST_COMPLETED)
                for future in ready:
                    self._take(future, self._flying.pop(future))
                if not ready:  # sessions of real models are long: say that they run
                    self._tell(self.progress())
        finally:
            self._call_off()
        if self._stopped:
            return INTERRUPTED
        return BUDGET if self._waiting else DONE

    def progress(self, last: str = "") -> Progress:
        """Where it stands now."""
        left = len(self._waiting) + len(self._flying)
        slots = max(1, min(self._engine.slots, left))
        mean = fmean(self._walls) if self._walls else None
        price = fmean(self._costs) if self._costs else 0.0
        return Progress(
            total=self._total,
            done=self._done,
            new=self._new,
            failed=self._failed,
            succeeded=self._succeeded,
            running=min(len(self._flying), self._engine.slots),
            elapsed_s=self._now() - self._began,
            remaining_s=None if mean is None else left * mean / slots,
            cost_usd=self._spent,
            unpriced=self._unpriced,
            remaining_usd=left * price,
            last=last,
        )

    def _ticket(self, job: Job, attempt: int) -> Ticket:
        return Ticket(
            job=job,
            run=self._run,
            attempt=attempt,
            deadline_s=self._deadline_s,
            rates=self._rates,
        )

    def _broke(self) -> bool:
        return self._most_usd is not None and self._spent >= self._most_usd

    def _hand_out(self) -> None:
        most = self._window * self._engine.slots
        while self._waiting and len(self._flying) < most and not self._broke():
            ticket = self._waiting.popleft()
            self._flying[self._engine.submit(jobs.encode(ticket))] = ticket

    def _take(self, future: "Future[bytes]", ticket: Ticket) -> None:
        outcome = _outcome(future, ticket)
        if outcome.row is not None:
            if self._results.commit(ticket.job, outcome, self._keep):
                self._count(outcome)
        else:
            self._results.note_failed(outcome)
            if ticket.attempt < self._attempts:
                self._waiting.append(self._ticket(ticket.job, ticket.attempt + 1))
            else:
                self._results.fail(ticket.job, outcome)
                self._failed += 1
        self._tell(self.progress(_told(ticket, outcome)))

    def _count(self, outcome: Outcome) -> None:
        assert outcome.row
        self._done += 1
        self._new += 1
        self._succeeded += outcome.row.success
        self._unpriced += outcome.row.cost_usd is None
        self._walls.append(outcome.wall_s)
        self._costs.append(outcome.row.cost_usd or 0.0)
        self._spent += outcome.row.cost_usd or 0.0

    def _call_off(self) -> None:
        """First the tickets, wherever they are, then the futures: an engine may say of one that
        runs that it could be cancelled, and let it run."""
        if self._flying:
            self._engine.kill([ticket.handle for ticket in self._flying.values()])
        for future in self._flying:
            future.cancel()
        self._flying.clear()


def _outcome(future: "Future[bytes]", ticket: Ticket) -> Outcome:
    """What came of a ticket, whatever the engine did with it."""
    try:
        return msgspec.msgpack.decode(future.result(), type=Outcome)
    except Exception as error:  # noqa: BLE001 - an engine may raise anything: the job failed
        said = f"{type(error).__name__}: {error}".strip()
        return Outcome(key=ticket.job.key, attempt=ticket.attempt, error=said[:2000])


def _told(ticket: Ticket, outcome: Outcome) -> str:
    spec = ticket.job.spec
    what = f"{spec.suite} {spec.team} {spec.control} n={spec.agents} {'+'.join(spec.models)}"
    if outcome.row is None:
        return f"{what}: attempt {ticket.attempt} failed: {' '.join(outcome.error.split())}"
    if outcome.row.success:
        return f"{what}: success"
    ended = "all done, its tests fail" if outcome.row.ended == "done" else outcome.row.ended
    return f"{what}: no success ({ended or 'no end'})"
