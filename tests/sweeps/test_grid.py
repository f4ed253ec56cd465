"""A grid stands for the conditions it says, in an order that mixes them, under keys that last."""

import re
import tomllib
from pathlib import Path

import pytest

from agents.models import catalog as models
from agents.suites import catalog as suites
from agents.sweeps import grid as grids
from agents.sweeps.grid import PAPER, Grid
from agents.sweeps.job import MEANING, PYTEST, Job
from tui.arguments.experiments import GRID_FILE
from workspaces.errors import CrosstalkError

SMALL = Grid(suites=("math/*", "svg/p0.5"), agents=(1, 3), repetitions=2)


def test_the_papers_grid_has_as_many_sessions_as_the_paper() -> None:
    jobs = PAPER.jobs()
    assert len(jobs) == 3 * 3 * 5 * 2 * 3 * 5 == 1350
    assert len({job.key for job in jobs}) == 1350
    assert {job.spec.suite for job in jobs} == set(suites.names())
    assert {job.spec.timing for job in jobs} == {"virtual"}


def test_every_combination_comes_as_often_as_asked() -> None:
    jobs = SMALL.jobs()
    assert len(jobs) == 4 * 2 * 2 * 2
    conditions = [job.condition for job in jobs]
    assert {conditions.count(condition) for condition in conditions} == {2}
    assert {job.repetition for job in jobs} == {0, 1}
    assert {job.seed - job.repetition for job in jobs} == {SMALL.seed}


def test_conditions_are_interleaved() -> None:
    """Whenever a sweep is stopped, no condition is more than one session ahead of another; and
    neighbours in the order are not neighbours in the grid."""
    jobs = SMALL.jobs()
    half = len(jobs) // 2
    assert [job.repetition for job in jobs] == [0] * half + [1] * half
    first, second = jobs[:half], jobs[half:]
    assert [job.condition for job in first] != [job.condition for job in second]
    assert len({job.spec.suite for job in first[: half // 2]}) > 1
    assert len({job.spec.agents for job in first[: half // 2]}) > 1
    assert SMALL.jobs() == jobs


def test_keys_follow_from_what_decides_a_session() -> None:
    job = SMALL.jobs()[0]
    assert job.key == Job(spec=job.spec, seed=job.seed, repetition=0, judge=job.judge).key
    keys = {
        job.key,
        Job(spec=job.spec, seed=job.seed + 1, judge=job.judge).key,
        Job(spec=job.spec, seed=job.seed, judge=PYTEST).key,
        *(other.key for other in SMALL.jobs()[1:]),
    }
    assert len(keys) == len(SMALL.jobs()) + 2


def test_only_simulated_code_is_judged_by_meaning() -> None:
    assert {job.judge for job in SMALL.jobs()} == {MEANING}
    assert {job.judge for job in Grid(suites=("math/p0.9",), judge=PYTEST).jobs()} == {PYTEST}


def test_a_file_and_patterns(tmp_path: Path) -> None:
    file = tmp_path / "grid.toml"
    file.write_text('suites = ["*/p0.5"]\nagents = [2]\nrepetitions = 1\nteams = ["preassigned"]\n')
    grid = grids.make(grids.read(file))
    assert grid.suite_names() == ("math/p0.5", "data/p0.5", "svg/p0.5")
    assert len(grid.jobs()) == 3


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"sizes": [1]}, "sizes"),
        ({"agents": ["two"]}, "agents"),
        ({"repetitions": 0}, "repetitions"),
        ({"suites": ["chemistry/*"]}, "chemistry"),
        ({"suites": ["math/p0.7"]}, "math/p0.7"),
        ({"teams": ["anarchy"]}, "anarchy"),
        ({"controls": ["magic"]}, "magic"),
        ({"agents": [17]}, "17"),
        ({"models": ["sim-claud"]}, "sim-claud"),
        ({"judge": "dice"}, "dice"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_runs(
    choices: dict[str, object], said: str
) -> None:
    with pytest.raises(CrosstalkError) as caught:
        grids.make(choices).check()
    assert said in f"{caught.value} {caught.value.fix}"


def test_a_task_file_cannot_be_judged_by_meaning(tmp_path: Path) -> None:
    task = tmp_path / "own.json"
    task.write_text('{"tasks": [{"id": "a", "title": "a", "files": ["a.py"]}]}')
    with pytest.raises(CrosstalkError, match="judged by meaning"):
        Grid(suites=(str(task),), judge=MEANING).check()
    (job, *_) = Grid(suites=(str(task),), models=(models.DEFAULT,)).jobs()
    assert job.judge == PYTEST


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "grid.toml"
    file.write_text("agents = [1,")
    with pytest.raises(CrosstalkError, match="Cannot read the grid"):
        grids.read(file)
    with pytest.raises(CrosstalkError, match="Cannot read the grid"):
        grids.read(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("choices", "title", "said"),
    [
        ({"suits": ["math/*"]}, "no 'suits'", "Did you mean 'suites'?"),
        ({"agents": [0]}, r"agents\[0\]", "expected a whole number >= 1"),
        ({"agents": "3"}, "grid's agents", "expected a list, got text"),
        ({"repetitions": 2.5}, "grid's repetitions", "expected a whole number, got a number"),
    ],
)
def test_what_a_grid_cannot_have_is_told_in_words(
    choices: dict[str, object], title: str, said: str
) -> None:
    with pytest.raises(CrosstalkError, match=title) as caught:
        grids.make(choices)
    assert said in f"{caught.value.cause} {caught.value.fix}"


def test_the_grid_file_that_the_help_shows_is_one_and_names_every_key() -> None:
    shown = "\n".join(line for line in GRID_FILE.splitlines() if " = " in line)
    grids.make(tomllib.loads(shown)).check()
    for key in Grid.__struct_fields__:
        assert re.search(rf"\b{key}\b", GRID_FILE)
