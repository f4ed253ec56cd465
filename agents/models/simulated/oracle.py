"""Which of a suite's tests would fail on simulated code, judged without running them.

A file is right when it means what the reference solution means (the models write variants of it),
and a test fails when the function that it names, or anything that function needs, is wrong or
missing. A test of ours compares this with pytest.
"""

import ast
from collections.abc import Callable
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

    def text(path: str) -> str | None:
        latest = state.latest(path)
        return state.text(latest.blob) if latest else None

    return judge(name, text)


def judge(name: str, text: Callable[[str], str | None]) -> tuple[int, tuple[str, ...]]:
    """The same for files of which `text` gives the content, or `None` for a missing one."""
    wrong = _wrong(name, text)
    failures: list[str] = []
    passed = 0
    for test, path in tests(name):
        if path in wrong:
            failures.append(test)
        else:
            passed += 1
    return passed, tuple(failures)


def _wrong(name: str, text_of: Callable[[str], str | None]) -> set[str]:
    solutions = suite(name).solutions
    wrong: set[str] = set()
    for path in _order(name):
        text = text_of(path)
        needs = () if text is None else _needs(text)
        if text is None or faulty(text, solutions[path]) or any(n in wrong for n in needs):
            wrong.add(path)
    return wrong


def first_missing(path: str, text_of: Callable[[str], str | None]) -> str:
    """The first file that is missing when `path` is imported, itself or what it needs; empty when
    none is."""
    text = text_of(path)
    if text is None:
        return path
    return next((m for need in _needs(text) if (m := first_missing(need, text_of))), "")


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
def tests(name: str) -> tuple[tuple[str, str], ...]:
    """Each test as pytest names it, and the file it is about."""
    stems = {PurePosixPath(path).stem: path for path in suite(name).solutions}
    found = []
    for file, source in suite(name).tasks.tests.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                about = max((s for s in stems if f"{node.name}_".startswith(f"test_{s}_")), key=len)
                found.append((f"{file}::{node.name}", stems[about]))
    return tuple(found)
