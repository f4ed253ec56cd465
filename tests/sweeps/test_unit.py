"""A unit is a session in a process of its own: it is real, it ends in time, and it ends alone."""

import io
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from agents.reports import recordings
from agents.runtime import process
from agents.runtime.spec import Spec
from agents.sweeps import job as jobs
from agents.sweeps import unit
from agents.sweeps.job import MEANING, PYTEST, Job, Outcome, Ticket
from workspaces.history import codec

SPEC = Spec(
    suite="math/p0.9", agents=2, models=("sim-claude-sonnet-4.6",), team="preassigned",
    timing="virtual",
)  # fmt: skip
LONG = Spec(
    suite="math/p0.2", agents=16, models=("sim-gemini-3-flash",), timing="virtual",
)  # fmt: skip


WORKER = """
import threading
from agents.runtime.spec import Spec
from agents.sweeps import unit
from agents.sweeps.job import MEANING, Job, Ticket

spec = Spec(
    suite="math/p0.9", agents=2, models=("sim-claude-sonnet-4.6",), team="preassigned",
    timing="virtual",
)

def work(first):
    for seed in range(first, 10_000, 3):
        unit.perform(Ticket(job=Job(spec=spec, seed=seed, judge=MEANING)))

for first in range(3):
    threading.Thread(target=work, args=(first,), daemon=True).start()
print("begun", flush=True)
threading.Event().wait()
"""
"""A worker of three threads, busy until it is killed."""


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    nursery = unit.NURSE._process
    unit.NURSE.close()
    assert nursery is None or not psutil.pid_exists(nursery.pid)
    for thread in threading.enumerate():
        if thread.name.startswith("nursery"):
            thread.join(30)
    unit._dead.clear()


def children() -> list[psutil.Process]:
    """The sessions under way."""
    nursery = unit.NURSE._process
    return psutil.Process(nursery.pid).children() if nursery else []


def begun(ticket: Ticket) -> tuple[threading.Thread, list[Outcome], psutil.Process]:
    """A unit under way, where its outcome will be, and its session's process."""
    found: list[Outcome] = []
    thread = threading.Thread(target=lambda: found.append(unit.perform(ticket)))
    thread.start()
    end = time.monotonic() + 30
    while not children() and time.monotonic() < end:
        time.sleep(0.005)
    return thread, found, children()[0]


def history(outcome: Outcome) -> bytes:
    with zipfile.ZipFile(io.BytesIO(outcome.transcript)) as packed:
        return packed.read("history.jsonl")


def test_a_session_comes_home_whole() -> None:
    ticket = Ticket(job=Job(spec=SPEC, seed=1, judge=MEANING))
    outcome = unit.perform(jobs.decode(jobs.encode(ticket)))
    assert outcome.error == ""
    assert outcome.row
    assert outcome.key == ticket.job.key
    events = [codec.decode(line) for line in history(outcome).splitlines()]
    assert recordings.row(events) == outcome.row
    assert outcome.row.ended == "done"
    assert outcome.worker.endswith(f"/{os.getpid()}")


def test_a_session_is_the_same_as_one_of_the_command_line(tmp_path: Path) -> None:
    """But for the clock on the wall in its first event: the same process or a forked one, with
    the same pytest."""
    outcome = unit.perform(Ticket(job=Job(spec=SPEC, seed=5, judge=PYTEST)))
    process.run(SPEC, 5, tmp_path / "session")
    here = (tmp_path / "session" / "history.jsonl").read_bytes().splitlines()
    assert history(outcome).splitlines()[1:] == here[1:]


def test_rate_limits_do_not_touch_virtual_time() -> None:
    """Nobody serves at this address, and nobody is asked."""
    job = Job(spec=SPEC, seed=1, judge=MEANING)
    limited = unit.perform(Ticket(job=job, rates="127.0.0.1:9:secret"))
    assert limited.row == unit.perform(Ticket(job=job)).row


def test_nothing_is_left_of_a_unit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    unit.perform(Ticket(job=Job(spec=SPEC, seed=1, judge=MEANING)))
    assert list(tmp_path.glob("*/*")) == []
    assert children() == []
    unit.NURSE.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.5, 0.8])
def test_nothing_is_left_of_a_worker_that_is_killed(tmp_path: Path, seconds: float) -> None:
    """At any time: before a session has begun, in its midst, or while its outcome is read."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    with worker:
        assert worker.stdout
        assert worker.stdout.readline() == b"begun\n"
        time.sleep(seconds)
        started = psutil.Process(worker.pid).children(recursive=True)
        worker.kill()
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []
    assert list(tmp_path.iterdir()) == []


def test_a_session_past_its_deadline_is_ended() -> None:
    outcome = unit.perform(Ticket(job=Job(spec=LONG, seed=1, judge=PYTEST), deadline_s=0.3))
    assert outcome.row is None
    assert "longer than 0.3 s" in outcome.error
    assert children() == []


def test_a_killed_session_fails_alone() -> None:
    thread, found, child = begun(Ticket(job=Job(spec=LONG, seed=1, judge=PYTEST)))
    beside = unit.perform(Ticket(job=Job(spec=SPEC, seed=1, judge=MEANING)))
    child.kill()
    thread.join(60)
    assert "killed by signal 9" in found[0].error
    assert beside.row


def test_a_session_that_is_called_off_ends_and_does_not_come_back() -> None:
    ticket = Ticket(job=Job(spec=LONG, seed=2, judge=PYTEST))
    thread, found, _ = begun(ticket)
    unit.kill(ticket.handle)
    thread.join(60)
    assert found[0].row is None
    assert unit.perform(ticket).error == "it was called off"
    asked_again = Ticket(job=Job(spec=SPEC, seed=1, judge=MEANING), run="another driver's")
    unit.kill(Ticket(job=asked_again.job, run="the first").handle)
    assert unit.perform(asked_again).row


def test_a_nursery_that_dies_takes_its_sessions_and_another_takes_its_place() -> None:
    thread, found, child = begun(Ticket(job=Job(spec=LONG, seed=3, judge=PYTEST)))
    nursery = unit.NURSE._process
    assert nursery
    nursery.kill()
    thread.join(60)
    assert found[0].row is None
    child.wait(30)
    assert unit.perform(Ticket(job=Job(spec=SPEC, seed=1, judge=MEANING))).row


def test_what_a_person_could_mend_is_said() -> None:
    spec = Spec(suite="/nowhere/tasks.json", models=SPEC.models, timing="virtual")
    outcome = unit.perform(Ticket(job=Job(spec=spec, seed=1)))
    assert outcome.row is None
    assert "there is no file at" in outcome.error
