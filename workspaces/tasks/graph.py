"""The graph of tasks and their dependencies: what may start, and how fast a team can be at all.

A `TaskGraph` exists only for tasks that form a directed acyclic graph, so that nobody who holds
one need ask again. It knows no state: the caller says what is done. Every task counts as one unit
of work, as in *Language Model Teams as Distributed Systems*. Walks are iterative, because a task
file may hold a chain longer than Python's stack.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from heapq import heapify, heappop, heappush

from workspaces.errors import CrosstalkError
from workspaces.tasks.task import Task

SHOWN_OF_CYCLE = 12


class TaskGraphError(CrosstalkError):
    """Tasks that form no graph: an id used twice, an unknown dependency, or a cycle."""


class TaskGraph:
    """Tasks in file order with their dependencies checked.

    Raises `TaskGraphError` when two tasks share an id, a dependency names no task, or tasks wait
    for each other in a cycle, which the message spells out.
    """

    __slots__ = ("_by_id", "_longest", "_order", "_successors", "tasks")

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.tasks: tuple[Task, ...] = tuple(tasks)
        self._by_id = _index(self.tasks)
        self._successors = _successors(self._by_id)
        self._order = _topological(self._by_id, self._successors)
        self._longest = _longest_chain(self._by_id, self._order)

    def __len__(self) -> int:
        return len(self.tasks)

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._by_id

    def task(self, task_id: str) -> Task:
        """The task of that id. Raises `KeyError` when there is none."""
        return self._by_id[task_id]

    def topological_order(self) -> tuple[Task, ...]:
        """Every task after its dependencies; of those that could come next, the one that stands
        first in the file. A file already in such an order keeps it."""
        return tuple(self._by_id[task_id] for task_id in self._order)

    def ready(self, done: Set[str]) -> tuple[Task, ...]:
        """The tasks not done whose dependencies all are, in file order."""
        return tuple(
            task
            for task in self.tasks
            if task.id not in done and all(needed in done for needed in task.dependencies)
        )

    def successors(self, task_id: str) -> tuple[str, ...]:
        """Ids of the tasks that depend on this one directly, in file order.

        Raises `KeyError` for an unknown id, as the other lookups do.
        """
        return self._successors[task_id]

    def ancestors(self, task_id: str) -> frozenset[str]:
        """Ids of all tasks that must be done before this one, however far back."""
        found: set[str] = set()
        frontier = list(self._by_id[task_id].dependencies)
        while frontier:
            current = frontier.pop()
            if current not in found:
                found.add(current)
                frontier.extend(self._by_id[current].dependencies)
        return frozenset(found)

    @property
    def critical_path(self) -> tuple[str, ...]:
        """Ids along a longest chain of dependencies, first to last; ties go to file order."""
        return self._longest

    @property
    def critical_path_length(self) -> int:
        """C, the span: the number of tasks on the longest chain."""
        return len(self._longest)

    @property
    def parallel_share(self) -> float:
        """p = (tasks - C) / tasks, the share that Amdahl's law takes as parallel in the paper;
        0 for no tasks."""
        return (len(self) - self.critical_path_length) / len(self) if self.tasks else 0.0

    def speedup_bound(self, agents: int) -> float:
        """min(agents, work / span): no schedule of a task graph is faster (Brent 1974), which
        makes it the sound bound where Amdahl's law is not one. 1 for no tasks.

        Raises `ValueError` for fewer than one agent.
        """
        if agents < 1:
            raise ValueError(f"a team has at least one agent, not {agents}")
        return min(float(agents), len(self) / self.critical_path_length) if self.tasks else 1.0


def _index(tasks: tuple[Task, ...]) -> dict[str, Task]:
    by_id = {task.id: task for task in tasks}
    if len(by_id) < len(tasks):
        twice, count = Counter(task.id for task in tasks).most_common(1)[0]
        raise TaskGraphError(
            f"Task id {twice!r} is used {count} times",
            "dependencies and claims name a task by its id, so ids must differ",
            "Give each of these tasks an id of its own.",
        )
    for task in tasks:
        for dependency in task.dependencies:
            if dependency not in by_id:
                raise TaskGraphError(
                    f"Task {task.id!r} depends on {dependency!r}, which is not a task",
                    "no task has that id, so this one could never start",
                    "Correct the dependency, or add the missing task.",
                )
    return by_id


def _successors(by_id: Mapping[str, Task]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {task_id: [] for task_id in by_id}
    for task in by_id.values():
        for dependency in dict.fromkeys(task.dependencies):
            found[dependency].append(task.id)
    return {task_id: tuple(ids) for task_id, ids in found.items()}


def _topological(
    by_id: Mapping[str, Task], successors: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Kahn's algorithm (1962), with a heap on file positions to make the order stable."""
    ids = tuple(by_id)
    place = {task_id: index for index, task_id in enumerate(ids)}
    waiting = {task_id: len(set(task.dependencies)) for task_id, task in by_id.items()}
    heap = [place[task_id] for task_id, count in waiting.items() if not count]
    heapify(heap)
    order: list[str] = []
    while heap:
        current = ids[heappop(heap)]
        order.append(current)
        for successor in successors[current]:
            waiting[successor] -= 1
            if not waiting[successor]:
                heappush(heap, place[successor])
    if len(order) < len(ids):
        raise _cycle_error(_cycle(by_id, {task_id for task_id in ids if waiting[task_id]}))
    return tuple(order)


def _cycle(by_id: Mapping[str, Task], stuck: set[str]) -> list[str]:
    """One cycle among tasks of which each waits for another of them, each before the one it waits
    for. Following any stuck dependency from any of them must come back on itself."""
    current = next(task_id for task_id in by_id if task_id in stuck)
    path: dict[str, int] = {}
    while current not in path:
        path[current] = len(path)
        current = next(d for d in by_id[current].dependencies if d in stuck)
    return list(path)[path[current] :]


def _cycle_error(cycle: list[str]) -> TaskGraphError:
    shown = [*cycle, cycle[0]]
    if len(shown) > SHOWN_OF_CYCLE:
        half = SHOWN_OF_CYCLE // 2
        shown = [*shown[:half], f"({len(shown) - SHOWN_OF_CYCLE} more)", *shown[-half:]]
    return TaskGraphError(
        "Tasks wait for each other in a cycle: " + " -> ".join(map(_plain, shown)),
        "each of these needs the next one done first, so none could ever start",
        "Remove one of these dependencies.",
    )


def _longest_chain(by_id: Mapping[str, Task], order: tuple[str, ...]) -> tuple[str, ...]:
    length: dict[str, int] = {}
    before: dict[str, str | None] = {}
    for task_id in order:
        dependencies = by_id[task_id].dependencies
        before[task_id] = max(dependencies, key=length.__getitem__, default=None)
        last = before[task_id]
        length[task_id] = 1 + (length[last] if last is not None else 0)
    chain: list[str] = []
    current = max(order, key=length.__getitem__, default=None)
    while current is not None:
        chain.append(current)
        current = before[current]
    return tuple(reversed(chain))


def _plain(task_id: str) -> str:
    """An id that an agent may have made up, free of control characters."""
    return task_id if task_id.isprintable() else ascii(task_id)
