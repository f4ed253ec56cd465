"""Every kind of team with every control, cadence and recovery comes to its end: real sessions on
virtual time, played by simulated models on a small suite with real tests."""

import json
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

from agents.runtime import process
from agents.runtime.spec import Spec, UsageError, check
from agents.teams import recovery, team
from workspaces.files.controls import control
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import State, fold

CADENCES = ("rounds", "free")
ALL = list(product(team.NAMES, control.NAMES, CADENCES, recovery.NAMES))
QUICK = [
    (kind, control.NAMES[(k + 2 * c) % 4], CADENCES[(k + c) % 2], recovery.NAMES[(k + c) % 3])
    for k, kind in enumerate(team.NAMES)
    for c in (0, 1)
]
"""Two of each kind, in both cadences, in which every control and recovery comes up."""
EITHER = [
    pytest.param(kind, cadence, marks=pytest.mark.long if (k + c) % 2 else ())
    for k, kind in enumerate(team.NAMES)
    for c, cadence in enumerate(CADENCES)
]
"""Each kind in both cadences; in one of them unless the long tests are asked for."""
FILES = ("add", "safe_add", "sum_list", "subtract", "multiply")
TASKS = [
    {
        "id": f"task-{number}",
        "title": f"{name}: a function",
        "description": f"Write `{name}` in {name}.py.",
        "dependencies": [f"task-{number - 1}"] if number in (2, 3) else [],
        "files": [f"{name}.py"],
    }
    for number, name in enumerate(FILES, 1)
]
TESTS = """
from add import add
from multiply import multiply
from safe_add import safe_add
from subtract import subtract
from sum_list import sum_list


def test_add():
    assert add(2, 3) == 5


def test_safe_add():
    assert safe_add(2, 3) == 5


def test_sum_list():
    assert sum_list([1, 2, 3]) == 6


def test_subtract():
    assert subtract(5, 3) == 2


def test_multiply():
    assert multiply(2, 3) == 6
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A task file with five tasks, of which three form a chain."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "small.json").write_text(json.dumps({"project": "Sums", "tasks": TASKS}))
    (folder / "test_small.py").write_text(TESTS)
    return folder / "small.json"


def play(folder: Path, suite: Path, seed: int = 1, **chosen: object) -> list[e.AnyEvent]:
    """The history of a session with these choices."""
    spec = Spec(suite=str(suite), models=("sim-gemini-3-flash",), timing="virtual", **chosen)  # type: ignore[arg-type]
    check(spec)
    process.run(spec, seed, folder)
    events, damage = load(folder)
    assert damage is None
    return events


def explained(state: State) -> str:
    """Why a session did not succeed."""
    assert state.ended
    board = {task.id: (task.status, task.owner) for task in state.tasks.values()}
    failures = state.test_runs[-1].failures if state.test_runs else ()
    return f"{state.ended.reason} {state.ended.detail} {board} {failures}"


def succeeds(folder: Path, suite: Path, combination: tuple[str, str, str, str]) -> None:
    """Every session settles all tasks. Now and then one leaves a mistake in a file, as real teams
    do; then the next seed must do better."""
    kind, files, cadence, recovering = combination
    for seed in (1, 2, 3):
        events = play(
            folder / str(seed),
            suite,
            seed,
            team=kind,
            control=files,
            cadence=cadence,
            recovery=recovering,
            agents=3,
        )
        state = fold(events)
        assert state.ended
        assert state.ended.reason == "done", explained(state)
        assert all(map(state.settled, state.tasks))
        rounds = [event for event in events if isinstance(event, e.RoundStarted)]
        assert bool(rounds) == (cadence == "rounds")
        if state.ended.success:
            return
    pytest.fail(explained(state))


@pytest.mark.parametrize("combination", QUICK, ids="-".join)
def test_a_team_succeeds(
    combination: tuple[str, str, str, str], suite: Path, tmp_path: Path
) -> None:
    succeeds(tmp_path / "s", suite, combination)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("combination", ALL, ids="-".join)
def test_every_combination_succeeds(
    combination: tuple[str, str, str, str], suite: Path, tmp_path: Path
) -> None:
    succeeds(tmp_path / "s", suite, combination)


@pytest.mark.parametrize(("kind", "cadence"), EITHER)
def test_a_team_of_one_succeeds(kind: str, cadence: str, suite: Path, tmp_path: Path) -> None:
    state = fold(play(tmp_path / "s", suite, team=kind, cadence=cadence, agents=1))
    assert state.ended
    assert state.ended.success, explained(state)


@pytest.mark.parametrize(("kind", "cadence"), EITHER)
def test_a_team_goes_on_without_one_of_its_members(
    kind: str, cadence: str, suite: Path, tmp_path: Path
) -> None:
    """The lead where there is one, killed for good while it may have something in hand."""
    victim = "agent-2" if kind == "preassigned-watched" else "agent-1"
    events = play(
        tmp_path / "s",
        suite,
        team=kind,
        cadence=cadence,
        recovery="reassign",
        agents=3,
        faults=f"crash:{victim}@1s",
    )
    state = fold(events)
    assert state.agents[victim].stopped == "crashed"
    assert state.ended
    assert state.ended.reason == "done", explained(state)


def test_faults_by_round_make_no_sense_without_rounds(suite: Path) -> None:
    spec = Spec(suite=str(suite), models=("sim-gemini-3-flash",), faults="crash:agent-1@r2")
    check(spec)
    with pytest.raises(UsageError, match="no rounds"):
        check(replace(spec, cadence="free"))
