"""Amdahl's law, and the bound of work and span."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.metrics.speedup import TaskShape, amdahl, work_and_span
from workspaces.history import events as e
from workspaces.history.state import State
from workspaces.tasks.graph import TaskGraph
from workspaces.tasks.task import Task

GRAPHS = st.lists(st.sets(st.integers(0, 8)), max_size=9).map(
    lambda rows: {
        str(row): tuple(str(need) for need in sorted(needs) if need < row)
        for row, needs in enumerate(rows)
    }
)


@pytest.mark.parametrize(
    ("parallel", "agents", "expected"),
    [(0, 5, 1), (1, 5, 5), (0.9, 1, 1), (0.9, 5, 1 / 0.28), (0.5, 2, 4 / 3)],
)
def test_amdahl(parallel: float, agents: int, expected: float) -> None:
    assert amdahl(parallel, agents) == pytest.approx(expected)


@pytest.mark.parametrize(("parallel", "agents"), [(-0.1, 1), (1.1, 1), (0.5, 0)])
def test_amdahl_refuses_what_is_no_share_or_no_team(parallel: float, agents: int) -> None:
    with pytest.raises(ValueError, match="not"):
        amdahl(parallel, agents)


@given(graph=GRAPHS)
def test_work_and_span_are_those_of_the_task_graph(graph: dict[str, tuple[str, ...]]) -> None:
    tasks = TaskGraph(Task(id=i, title=i, dependencies=needs) for i, needs in graph.items())
    assert work_and_span(graph) == (len(tasks), tasks.critical_path_length)


@given(graph=GRAPHS, agents=st.integers(1, 12))
def test_amdahl_never_passes_the_bound_of_work_and_span(
    graph: dict[str, tuple[str, ...]], agents: int
) -> None:
    shape = shaped(graph)
    assert amdahl(shape.parallel, agents) <= shape.bound(agents) + 1e-9
    assert 1 <= shape.bound(agents) <= agents


def shaped(graph: dict[str, tuple[str, ...]]) -> TaskShape:
    shape = TaskShape()
    for task, needs in graph.items():
        shape.observe(e.TaskAdded(task=task, title=task, dependencies=needs), State())
        assert shape.work >= 0
    return shape


def test_tasks_in_a_cycle_and_behind_it_can_never_be_done() -> None:
    graph = {"a": ("b",), "b": ("a",), "c": ("a",), "d": (), "e": ("d",)}
    assert work_and_span(graph) == (2, 2)


def test_a_dependency_on_nothing_adds_nothing() -> None:
    assert work_and_span({"a": ("ghost",), "b": ("a", "a")}) == (2, 2)


def test_a_chain_longer_than_pythons_stack() -> None:
    chain = {str(n): (str(n - 1),) if n else () for n in range(20_000)}
    assert work_and_span(chain) == (20_000, 20_000)


def test_without_tasks_nothing_is_faster() -> None:
    assert TaskShape().bound(5) == 1
    assert TaskShape().parallel == 0


@pytest.mark.parametrize(("suite", "chain"), [("p09", 2), ("p05", 10), ("p02", 16)])
def test_the_papers_structures(suite: str, chain: int) -> None:
    file = Path(__file__).parents[2] / f"agents/suites/math/{suite}/math_{suite}.json"
    tasks = json.loads(file.read_text())["tasks"]
    shape = shaped({task["id"]: tuple(task["dependencies"]) for task in tasks})
    assert (shape.work, shape.span) == (20, chain)
    assert shape.parallel == pytest.approx((20 - chain) / 20)
    assert shape.bound(5) == pytest.approx(min(5, 20 / chain))
