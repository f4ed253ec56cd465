"""Results are committed once, whole, and by nobody else."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.sweeps.grid import Grid
from agents.sweeps.job import Job, Outcome
from agents.sweeps.results import Results, is_sweep
from tests.reports.sessions import session
from workspaces.errors import CrosstalkError

GRID = Grid(suites=("math/p0.9",), agents=(1, 2), repetitions=2)


def outcome(job: Job, worker: str = "w", seconds: float = 10.0) -> Outcome:
    row = session(session=job.key, agents=job.spec.agents, seconds=seconds, seed=job.seed)
    return Outcome(key=job.key, row=row, worker=worker, transcript=b"history", wall_s=0.5)


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    found = Results(tmp_path / "sweep")
    found.open(GRID)
    yield found
    found.close()


def test_the_first_copy_of_a_result_wins(results: Results) -> None:
    job = GRID.jobs()[0]
    assert results.commit(job, outcome(job, "first", 10.0))
    assert not results.commit(job, outcome(job, "thawed", 99.0))
    (stored,) = results.stored()
    assert (stored.worker, stored.row.seconds) == ("first", 10.0)
    assert [one.verdict for one in results.attempts()] == ["committed", "duplicate"]
    assert results.done() == {job.key}


def test_a_result_has_its_recording(results: Results) -> None:
    job, other = GRID.jobs()[:2]
    results.commit(job, outcome(job))
    results.commit(other, outcome(other), keep_recording=False)
    assert [path.name for path in (results.folder / "recordings").iterdir()] == [
        f"{job.key}.crosstalk"
    ]


def test_a_failure_is_forgotten_once_it_succeeds(results: Results) -> None:
    job = GRID.jobs()[0]
    failed = Outcome(key=job.key, attempt=2, error="it died")
    results.note_failed(failed)
    results.fail(job, failed)
    assert [one.error for one in results.failures()] == ["it died"]
    assert results.done() == set()
    results.commit(job, outcome(job))
    assert results.failures() == []


def test_half_written_files_are_no_results(results: Results) -> None:
    """A driver that dies in the middle of a commit leaves a file that nobody looks at."""
    job = GRID.jobs()[0]
    (results.folder / "results" / f".{job.key}.json.123").write_bytes(b'{"job"')
    with (results.folder / "attempts.jsonl").open("ab") as log:
        log.write(b'{"key": "x", "att')
    assert results.done() == set()
    assert results.rows() == []
    assert results.attempts() == []
    assert results.commit(job, outcome(job))


def test_a_damaged_result_is_told_and_set_aside_to_be_run_anew(results: Results) -> None:
    """Files are written whole, but disks fail."""
    job, other = GRID.jobs()[:2]
    for one in (job, other):
        results.commit(one, outcome(one))
    (damaged,) = (results.folder / "results").glob(f"{job.key}.json")
    damaged.write_bytes(damaged.read_bytes()[:100])
    with pytest.raises(CrosstalkError, match="is damaged") as caught:
        results.rows()
    assert "runs its session anew" in caught.value.fix
    results.close()
    results.open(GRID)
    assert results.done() == {other.key}
    assert damaged.with_suffix(".damaged").stat().st_size == 100
    assert results.commit(job, outcome(job))


def test_a_folder_that_cannot_be_written_is_told(results: Results) -> None:
    """As of a disk that is full: a link to a file system without room, as /dev/full is one."""
    (results.folder / "attempts.jsonl").symlink_to("/dev/full")
    job, other = GRID.jobs()[:2]
    with pytest.raises(CrosstalkError, match="Cannot write into") as caught:
        results.commit(job, outcome(job))
    assert "No space left" in caught.value.cause
    shutil.rmtree(results.folder / "recordings")
    with pytest.raises(CrosstalkError, match="Cannot write into"):
        results.commit(other, outcome(other))
    assert results.done() == {job.key}


def test_the_table_does_not_depend_on_the_order_of_results(tmp_path: Path) -> None:
    tables = []
    for number, jobs in enumerate((GRID.jobs(), GRID.jobs()[::-1])):
        results = Results(tmp_path / str(number))
        results.open(GRID)
        for job in jobs:
            results.commit(job, outcome(job, worker=str(number)))
        results.close()
        tables.append(results.tabulate().read_bytes())
    assert tables[0] == tables[1]


def test_a_sweep_is_taken_up_only_by_its_own_grid(results: Results, tmp_path: Path) -> None:
    assert is_sweep(results.folder)
    with pytest.raises(CrosstalkError, match="Another sweep is at work"):
        Results(results.folder).open(GRID)
    results.close()
    results.open(GRID)
    with pytest.raises(CrosstalkError, match="another grid") as caught:
        results.open(Grid(suites=("svg/p0.9",), agents=(1, 2), repetitions=2))
    assert "suites = math/p0.9, not svg/p0.9" in str(caught.value)
    assert "agents" not in caught.value.cause
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").touch()
    with pytest.raises(CrosstalkError, match="not empty"):
        Results(tmp_path / "full").open(GRID)
    (tmp_path / "file").touch()
    with pytest.raises(CrosstalkError, match="Cannot make a sweep"):
        Results(tmp_path / "file" / "sweep").open(GRID)
    assert not is_sweep(tmp_path)
