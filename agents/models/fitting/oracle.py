"""Which of a suite's tests would fail, judged without running them.

A file is right when it means what the reference solution means (the models write variants of it),
and a test fails when the function that it names, or anything that function needs, is wrong or
missing. A test of ours compares this with pytest.
"""

import ast
from functools import cache, lru_cache
from pathlib import PurePosixPath

from agents.models.simulated.coding import imported
from agents.models.simulated.suspecting import faulty
from agents.suites import catalog
from agents.suites.catalog import Suite
from workspaces.history.state import State


@cache
def suite(name: str) -> Suite:
    """The suite, loaded once."""
    return catalog.load(name)


def failing(name: str, state: State) -> tuple[int, tuple[str, ...]]:
    """How many of the suite's tests pass on the state's files, and the names of those that
    fail."""
    wrong = _wrong(name, state)
    failures: list[str] = []
    passed = 0
    for test, path in _tests(name):
        if path in wrong:
            failures.append(test)
        else:
            passed += 1
    return passed, tuple(failures)


def _wrong(name: str, state: State) -> set[str]:
    solutions = suite(name).solutions
    wrong: set[str] = set()
    for path in _order(name):
        latest = state.latest(path)
        text = state.text(latest.blob) if latest else None
        needs = () if text is None else _needs(text)
        if text is None or faulty(text, solutions[path]) or any(n in wrong for n in needs):
            wrong.add(path)
    return wrong


@lru_cache(maxsize=4096)
def _needs(text: str) -> tuple[str, ...]:
    try:
        nodes = ast.parse(text).body
    except SyntaxError:
        return ()
    return tuple(f"{node.module}.py" for node in nodes if isinstance(node, ast.ImportFrom))


@cache
def _order(name: str) -> tuple[str, ...]:
    """The suite's files, each after those that it imports."""
    solutions = suite(name).solutions
    order: dict[str, None] = {}

    def add(path: str) -> None:
        for need in imported(solutions, path):
            add(need)
        order[path] = None

    for path in solutions:
        add(path)
    return tuple(order)


@cache
def _tests(name: str) -> tuple[tuple[str, str], ...]:
    """Each test as pytest names it, and the file it is about."""
    stems = {PurePosixPath(path).stem: path for path in suite(name).solutions}
    found = []
    for file, source in suite(name).tasks.tests.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                about = max((s for s in stems if f"{node.name}_".startswith(f"test_{s}_")), key=len)
                found.append((f"{file}::{node.name}", stems[about]))
    return tuple(found)
