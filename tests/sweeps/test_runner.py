"""The driver: bounded, resumable, within its budget, and not to be stopped by one bad session."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from agents.sweeps import job as jobs
from agents.sweeps.engines import LocalEngine
from agents.sweeps.grid import Grid
from agents.sweeps.job import Outcome, Ticket
from agents.sweeps.results import Results
from agents.sweeps.runner import BUDGET, DONE, INTERRUPTED, Progress, Runner
from tests.reports.sessions import session

GRID = Grid(suites=("math/p0.9", "svg/p0.9"), agents=(1, 2, 3), repetitions=3)
JOBS = GRID.jobs()


def succeed(ticket: Ticket) -> Outcome:
    job = ticket.job
    row = session(session=job.key, agents=job.spec.agents, seed=job.seed, cost_usd=0.5)
    return Outcome(key=job.key, attempt=ticket.attempt, row=row, wall_s=2.0)


def engine(perform: Callable[[Ticket], Outcome], slots: int = 2) -> LocalEngine:
    return LocalEngine(slots, lambda data: msgspec.msgpack.encode(perform(jobs.decode(data))))


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    found = Results(tmp_path / "sweep")
    found.open(GRID)
    yield found
    found.close()


def test_every_job_is_run_once(results: Results) -> None:
    told: list[Progress] = []
    runner = Runner(results, engine(succeed), tell=told.append)
    assert runner.run(JOBS) == DONE
    assert results.done() == {job.key for job in JOBS}
    assert [one.verdict for one in results.attempts()] == ["committed"] * len(JOBS)
    assert told[-1].done == told[-1].total == len(JOBS)
    assert told[-1].remaining_s == 0.0
    first = next(progress for progress in told if progress.done)
    assert first.remaining_s == pytest.approx((len(JOBS) - 1) * 2.0 / 2)
    assert first.remaining_usd == pytest.approx((len(JOBS) - 1) * 0.5)


def test_that_sessions_run_is_told_before_the_first_has_ended(results: Results) -> None:
    told: list[Progress] = []
    known = threading.Event()

    def tell(progress: Progress) -> None:
        told.append(progress)
        known.set()

    def perform(ticket: Ticket) -> Outcome:
        assert known.wait(30)
        return succeed(ticket)

    assert Runner(results, engine(perform), tell=tell).run(JOBS) == DONE
    assert (told[0].done, told[0].running, told[0].remaining_s) == (0, 2, None)


def test_only_a_window_is_under_way(results: Results) -> None:
    """Else Ctrl-C and budgets would come too late."""
    handed: list[str] = []
    runner = Runner(results, engine(succeed, slots=2))
    submit = runner._engine.submit
    runner._engine.submit = lambda data: (  # type: ignore[method-assign]
        handed.append(jobs.decode(data).job.key),
        submit(data),
    )[1]
    most = 0

    def watch(progress: Progress) -> None:
        nonlocal most
        most = max(most, len(handed) - progress.done)

    runner._tell = watch
    runner.run(JOBS)
    assert len(handed) == len(JOBS)
    assert most <= 4


def test_a_poisonous_session_does_not_stop_the_rest(results: Results) -> None:
    poison = JOBS[3].key

    def perform(ticket: Ticket) -> Outcome:
        if ticket.job.key == poison:
            return Outcome(key=poison, attempt=ticket.attempt, error="its process was killed")
        if ticket.job.key == JOBS[5].key:
            raise MemoryError("the worker itself gave up")
        return succeed(ticket)

    runner = Runner(results, engine(perform))
    assert runner.run(JOBS) == DONE
    assert len(results.done()) == len(JOBS) - 2
    failures = {one.job.key: one for one in results.failures()}
    assert set(failures) == {poison, JOBS[5].key}
    assert failures[poison].attempts == 2
    assert "MemoryError: the worker itself gave up" in failures[JOBS[5].key].error
    assert runner.progress().failed == 2


def test_a_session_that_fails_once_is_run_again(results: Results) -> None:
    def perform(ticket: Ticket) -> Outcome:
        if ticket.attempt == 1 and ticket.job.repetition == 0:
            return Outcome(key=ticket.job.key, attempt=1, error="out of luck")
        return succeed(ticket)

    assert Runner(results, engine(perform)).run(JOBS) == DONE
    assert len(results.done()) == len(JOBS)
    assert results.failures() == []


def test_a_stopped_sweep_goes_on_where_it_was(results: Results) -> None:
    runner = Runner(results, engine(succeed))
    runner._tell = lambda progress: runner.stop() if progress.done >= 5 else None
    assert runner.run(JOBS) == INTERRUPTED
    before = results.done()
    assert 5 <= len(before) < len(JOBS)
    again = Runner(results, engine(succeed))
    assert again.run(JOBS) == DONE
    assert again.progress().new == len(JOBS) - len(before)
    assert [one.verdict for one in results.attempts()] == ["committed"] * len(JOBS)


def test_a_budget_ends_a_sweep_and_counts_what_was_spent_before(results: Results) -> None:
    begun: list[str] = []

    def perform(ticket: Ticket) -> Outcome:
        begun.append(ticket.job.key)
        return succeed(ticket)

    runner = Runner(results, engine(perform), most_usd=2.0)
    assert runner.run(JOBS) == BUDGET
    spent = runner.progress().cost_usd
    assert 2.0 <= spent <= 2.0 + 0.5
    # what was begun is paid for, and kept
    assert sorted(begun) == sorted(results.done())
    assert Runner(results, engine(succeed), most_usd=2.0).run(JOBS) == BUDGET
    assert Runner(results, engine(succeed), most_usd=99.0).run(JOBS) == DONE
    assert Runner(results, engine(succeed), most_usd=2.0).run(JOBS) == DONE


def test_what_runs_is_called_off_when_a_sweep_stops(results: Results) -> None:
    killed: list[str] = []
    release = threading.Event()

    def perform(ticket: Ticket) -> Outcome:
        if ticket.job.repetition == 0 and ticket.job.key != JOBS[0].key:
            release.wait(30)
        return succeed(ticket)

    local = engine(perform)
    local.kill = lambda handles: (  # type: ignore[method-assign]
        killed.extend(handles),
        release.set(),
    )[1]
    runner = Runner(results, local)
    runner._tell = lambda progress: runner.stop()
    assert runner.run(JOBS) == INTERRUPTED
    assert killed
    assert {handle.partition("/")[2] for handle in killed} <= {job.key for job in JOBS[:6]}
