"""How much faster a team can be than one agent at all.

Amdahl's law is the paper's curve. It is no bound for a graph of tasks; work and span are
(Brent 1974): no schedule is faster than min(n, work / span). Every task counts as one unit.
"""

from collections.abc import Mapping, Sequence

from workspaces.history import events as e
from workspaces.history.state import State


def amdahl(parallel: float, agents: int) -> float:
    """1 / ((1 - p) + p / n), the speedup when the share p of the work spreads over n agents
    (Amdahl 1967). Raises `ValueError` for a share outside 0 to 1 or fewer than one agent."""
    if not 0 <= parallel <= 1:
        raise ValueError(f"a share lies between 0 and 1, not at {parallel}")
    if agents < 1:
        raise ValueError(f"a team has at least one agent, not {agents}")
    return 1 / ((1 - parallel) + parallel / agents)


def work_and_span(dependencies: Mapping[str, Sequence[str]]) -> tuple[int, int]:
    """The number of tasks, and of those on a longest chain.

    A graph that agents add to may name tasks that do not exist or run in a circle. A dependency
    that does not exist adds nothing to a chain, and tasks that can never start (in a cycle, or
    after one) are left out of both numbers.
    """
    after: dict[str, list[str]] = {task: [] for task in dependencies}
    waiting: dict[str, int] = {}
    for task, needs in dependencies.items():
        known = {needed for needed in needs if needed in after}
        waiting[task] = len(known)
        for needed in known:
            after[needed].append(task)
    length = {task: 1 for task, count in waiting.items() if not count}
    frontier = list(length)
    work = span = 0
    while frontier:
        current = frontier.pop()
        work += 1
        span = max(span, length[current])
        for task in after[current]:
            length[task] = max(length.get(task, 1), length[current] + 1)
            waiting[task] -= 1
            if not waiting[task]:
                frontier.append(task)
    return work, span


class TaskShape:
    """Work and span of the session's task graph, and the bound on speedup that follows."""

    def __init__(self) -> None:
        self._dependencies: dict[str, tuple[str, ...]] = {}
        self._shape: tuple[int, int] | None = (0, 0)

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`."""
        if isinstance(event, e.TaskAdded):
            self._dependencies[event.task] = event.dependencies
            self._shape = None

    @property
    def work(self) -> int:
        """Tasks that can be done at all."""
        return self._measured()[0]

    @property
    def span(self) -> int:
        """Tasks on a longest chain of dependencies."""
        return self._measured()[1]

    @property
    def parallel(self) -> float:
        """p = (work - span) / work, as the paper takes it; 0 without tasks."""
        return (self.work - self.span) / self.work if self.work else 0.0

    def bound(self, agents: int) -> float:
        """min(agents, work / span); 1 without tasks."""
        return min(float(agents), self.work / self.span) if self.work else 1.0

    def _measured(self) -> tuple[int, int]:
        if self._shape is None:
            self._shape = work_and_span(self._dependencies)
        return self._shape
