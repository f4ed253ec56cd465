from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.tasks.graph import TaskGraph, TaskGraphError
from workspaces.tasks.task import Task


def tasks_of(**needs: str) -> tuple[Task, ...]:
    return tuple(
        Task(id=task_id, title=task_id, dependencies=tuple(needed.split()))
        for task_id, needed in needs.items()
    )


def ids(tasks: tuple[Task, ...]) -> list[str]:
    return [task.id for task in tasks]


@st.composite
def acyclic(draw: st.DrawFn) -> tuple[Task, ...]:
    """Tasks whose dependencies go one way along a hidden order, in a shuffled file."""
    count = draw(st.integers(0, 12))
    needs = [
        draw(st.lists(st.integers(0, k - 1), unique=True, max_size=4)) if k else []
        for k in range(count)
    ]
    tasks = [
        Task(id=f"t{k}", title="", dependencies=tuple(f"t{d}" for d in needed))
        for k, needed in enumerate(needs)
    ]
    return tuple(draw(st.permutations(tasks)))


def test_order_is_stable_and_ready_follows_the_file() -> None:
    graph = TaskGraph(tasks_of(d="b c", b="a", c="a", a="", free=""))
    assert ids(graph.topological_order()) == ["a", "b", "c", "d", "free"]
    assert ids(graph.ready(set())) == ["a", "free"]
    assert ids(graph.ready({"a"})) == ["b", "c", "free"]
    assert ids(graph.ready({"a", "b", "free"})) == ["c"]
    assert graph.successors("a") == ("b", "c")
    assert graph.ancestors("d") == {"a", "b", "c"}
    assert graph.task("d").dependencies == ("b", "c")
    assert "free" in graph
    assert "other" not in graph


def test_span_and_bounds() -> None:
    graph = TaskGraph(tasks_of(a="", b="a", c="b a", x="", y="x", z=""))
    assert graph.critical_path == ("a", "b", "c")
    assert graph.critical_path_length == 3
    assert graph.parallel_share == 0.5
    assert [graph.speedup_bound(n) for n in (1, 2, 16)] == [1, 2, 2]
    with pytest.raises(ValueError, match="at least one agent"):
        graph.speedup_bound(0)


def test_no_tasks_are_a_graph() -> None:
    graph = TaskGraph(())
    assert len(graph) == graph.critical_path_length == graph.parallel_share == 0
    assert graph.speedup_bound(5) == 1
    assert graph.topological_order() == graph.ready(set()) == ()


def test_a_repeated_dependency_counts_once() -> None:
    graph = TaskGraph(tasks_of(a="", b="a a"))
    assert ids(graph.topological_order()) == ["a", "b"]
    assert graph.successors("a") == ("b",)


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        (tasks_of(a="b"), "Task 'a' depends on 'b', which is not a task"),
        (tasks_of(a="") * 3, "Task id 'a' is used 3 times"),
        (tasks_of(a="a"), "in a cycle: a -> a"),
        (tasks_of(late="c", a="c", b="a", c="x b", x=""), "in a cycle: c -> b -> a -> c"),
        (tasks_of(**{"\x1b[2J": "\x1b[2J"}), r"in a cycle: '\x1b[2J' -> '\x1b[2J'"),
    ],
)
def test_what_is_no_graph_is_refused_with_names(tasks: tuple[Task, ...], said: str) -> None:
    with pytest.raises(TaskGraphError) as caught:
        TaskGraph(tasks)
    assert said in caught.value.title
    assert caught.value.cause
    assert caught.value.fix


def test_long_chains_and_long_cycles() -> None:
    chain = {f"t{k}": f"t{k - 1}" if k else "" for k in range(5000)}
    graph = TaskGraph(tasks_of(**chain))
    assert graph.critical_path_length == 5000
    assert len(graph.ancestors("t4999")) == 4999
    with pytest.raises(TaskGraphError, match=r"\(\d+ more\)"):
        TaskGraph(tasks_of(**chain | {"t0": "t4999"}))


@given(acyclic())
def test_order_holds_every_task_after_its_dependencies(tasks: tuple[Task, ...]) -> None:
    order = ids(TaskGraph(tasks).topological_order())
    assert sorted(order) == sorted(ids(tasks))
    for task in tasks:
        assert all(order.index(needed) < order.index(task.id) for needed in task.dependencies)


@given(acyclic())
def test_a_file_in_topological_order_keeps_it(tasks: tuple[Task, ...]) -> None:
    once = TaskGraph(tasks).topological_order()
    assert TaskGraph(once).topological_order() == once


@given(acyclic())
def test_critical_path_is_a_chain_and_none_is_longer(tasks: tuple[Task, ...]) -> None:
    graph = TaskGraph(tasks)
    path = graph.critical_path
    assert all(a in graph.task(b).dependencies for a, b in pairwise(path))
    waves, done = 0, set[str]()
    while wave := ids(graph.ready(done)):  # with unlimited agents, one wave a step of the span
        done.update(wave)
        waves += 1
    assert waves == len(path)
    assert len(done) == len(tasks)


@given(acyclic(), st.data())
def test_a_closed_cycle_is_found_and_spelled_out(
    tasks: tuple[Task, ...], data: st.DataObject
) -> None:
    graph = TaskGraph(tasks)
    backward = [(a, t.id) for t in tasks for a in sorted(graph.ancestors(t.id) | {t.id})]
    if not backward:
        return
    first, last = data.draw(st.sampled_from(backward))
    broken = tuple(
        Task(id=t.id, title="", dependencies=(*t.dependencies, *([last] * (t.id == first))))
        for t in tasks
    )
    with pytest.raises(TaskGraphError) as caught:
        TaskGraph(broken)
    names = caught.value.title.partition(": ")[2].split(" -> ")
    needs = {task.id: task.dependencies for task in broken}
    assert names[0] == names[-1]
    if not any(name.startswith("(") for name in names):
        assert all(b in needs[a] for a, b in pairwise(names))


@given(acyclic(), st.data())
def test_ready_is_monotone(tasks: tuple[Task, ...], data: st.DataObject) -> None:
    """More done never takes a task out of `ready`, except by doing it."""
    some = st.sets(st.sampled_from(ids(tasks))) if tasks else st.just(set[str]())
    less = data.draw(some)
    more = less | data.draw(some)
    graph = TaskGraph(tasks)
    assert set(ids(graph.ready(less))) - more <= set(ids(graph.ready(more)))
    for task in graph.ready(less):
        assert task.id not in less
        assert less.issuperset(task.dependencies)
