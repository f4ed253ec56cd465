"""What the models write is real code: right when it should be, and really wrong when not."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from agents.models.simulated import coding, oracle
from agents.models.simulated.mistakes import mistakes
from agents.models.simulated.suspecting import faulty
from agents.suites import catalog
from agents.suites.catalog import Suite
from tests.models.worlds import suite_world
from workspaces.history import events as e


@pytest.fixture(params=catalog.names(), scope="module")
def suite(request: pytest.FixtureRequest) -> Suite:
    return catalog.load(request.param)


def failures(suite: Suite, cases: list[dict[str, str]]) -> list[list[str]]:
    """The failing tests of each case, by running them. `None` as a source: no such file."""
    ((name, source),) = suite.tasks.tests.items()
    asked = {"name": name, "source": source, "cases": cases}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("bench.py"))],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_every_solution_passes_in_every_hand(suite: Suite) -> None:
    cases = []
    for seed in range(10):
        dice = Random(seed)
        cases.append({p: coding.solution(suite.solutions, p, dice).text for p in suite.solutions})
    assert len({json.dumps(case) for case in cases}) == 10
    assert failures(suite, cases) == [[]] * 10


def test_every_mistake_fails_a_test(suite: Suite) -> None:
    made = [
        (path, mistake) for path, source in suite.solutions.items() for mistake in mistakes(source)
    ]
    assert {path for path, _ in made} == set(suite.solutions)
    cases = [suite.solutions | {path: mistake.source} for path, mistake in made]
    for (path, mistake), failed in zip(made, failures(suite, cases), strict=True):
        assert failed, f"{path}, {mistake.kind}: no test notices"
        assert faulty(mistake.source, suite.solutions[path])
        ast.parse(mistake.source)


def test_flawed_files_are_wrong_in_every_hand(suite: Suite) -> None:
    for path in suite.solutions:
        for seed in range(5):
            draft = coding.flawed(suite.solutions, path, Random(seed))
            assert draft.flaw
            assert faulty(draft.text, suite.solutions[path])
            assert not faulty(
                coding.solution(suite.solutions, path, Random(seed)).text, suite.solutions[path]
            )


def test_copied_helpers_work_and_guessed_names_do_not(suite: Suite) -> None:
    drafts = [
        (path, coding.assuming(suite.solutions, path, needs, Random(seed)))
        for path in suite.solutions
        if (needs := coding.imported(suite.solutions, path))
        for seed in range(3)
    ]
    assert {draft.flaw for _, draft in drafts} == {"copied helper", "guessed name"}
    cases = [suite.solutions | {path: draft.text} for path, draft in drafts]
    for (path, draft), failed in zip(drafts, failures(suite, cases), strict=True):
        wrong = draft.flaw == "guessed name"
        assert bool(failed) == wrong
        assert faulty(draft.text, suite.solutions[path]) == wrong


def test_the_oracle_agrees_with_the_tests(suite: Suite) -> None:
    """On folders with missing, wrong and varied files. Mistakes deep in the chain may be harmless
    to a dependent's test, so that the oracle may say fail where none does, but never the other
    way round, and both agree whether anything fails."""
    dice = Random(5)
    folders: list[dict[str, str]] = []
    for _ in range(15):
        folder = {}
        for path in suite.solutions:
            kind = dice.random()
            if kind < 0.85:
                folder[path] = coding.solution(suite.solutions, path, dice).text
            elif kind < 0.92:
                folder[path] = coding.flawed(suite.solutions, path, dice).text
        folders.append(folder)
    for folder, failed in zip(folders, failures(suite, folders), strict=True):
        world = suite_world(suite.name)
        for path, text in folder.items():
            world.recorder.state.blobs[text] = text
            world.recorder.record(
                e.FileWritten(
                    agent="agent-1",
                    turn=1,
                    path=path,
                    version=1,
                    base=0,
                    replaced=0,
                    blob=text,
                    size=1,
                )
            )
        passed, names = oracle.failing(suite.name, world.recorder.state)
        judged = {name.rpartition("::")[2] for name in names}
        assert set(failed) <= judged
        assert bool(failed) == bool(judged)
        assert passed + len(judged) == len(oracle.tests(suite.name))


def board(suite: Suite) -> coding.Board:
    files = {task.id: task.files for task in suite.tasks.tasks}
    return frozenset(
        (task.files[0], tuple(sorted(files[need][0] for need in task.dependencies)))
        for task in suite.tasks.tasks
    )


def test_a_suite_is_recalled_by_its_files_and_others_are_not() -> None:
    for name in catalog.names():
        suite = catalog.load(name)
        assert coding.recall(board(suite)) == suite.solutions
    assert coding.recall(frozenset((path, ()) for path in ("parser.py", "lexer.py", "a.py"))) == {}
    assert coding.recall(frozenset()) == {}


def test_suites_of_the_same_files_are_told_apart_by_what_needs_what() -> None:
    """Also when some of it is missing: agents may add tasks of their own."""
    suites = [catalog.load(f"svg/{structure}") for structure in ("p0.9", "p0.5", "p0.2")]
    assert len({frozenset(suite.solutions) for suite in suites}) == 1
    for suite in suites:
        known = [entry for entry in sorted(board(suite)) if entry[0] != "make_circle.py"]
        assert coding.recall(frozenset([*known, ("new.py", ())])) == suite.solutions


@pytest.mark.parametrize("title", ["A parser", '"""\nimport os', "", "x" * 500, "\\"])
def test_beyond_the_suites_it_writes_an_honest_stub(title: str) -> None:
    text = coding.stub("parser.py", title).text
    tree = ast.parse(text)
    assert "simulated models can program the built-in suites only" in text
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["parser"]
    assert "built-in suites only" in coding.stub("notes.md", title).text
    ast.parse(coding.stub("2 words.py", title).text)
