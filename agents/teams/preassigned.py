"""All tasks are assigned before the first round.

The rule is the paper's: in topological order, a task goes to the owner of its last-listed
dependency, and one without dependencies to the next agent in turn. A chain therefore stays with
one agent and free tasks spread.
"""

from agents.teams.team import Assignment
from workspaces.history.state import State
from workspaces.tasks.graph import TaskGraph
from workspaces.tasks.task import Task


class Preassigned:
    """Assignment before the start, no lead."""

    name = "preassigned"

    def begin(self, state: State) -> list[Assignment]:
        """Every task's owner, in topological order."""
        graph = TaskGraph(
            tuple(
                Task(id=task.id, title=task.title, dependencies=task.dependencies)
                for task in state.tasks.values()
            )
        )
        names = list(state.agents)
        owners: dict[str, str] = {}
        given = 0
        for task in (task.id for task in graph.topological_order()):
            if dependencies := state.tasks[task].dependencies:
                owners[task] = owners[dependencies[-1]]
            else:
                owners[task] = names[given % len(names)]
                given += 1
        return [Assignment(task, owner) for task, owner in owners.items()]

    def calls(self, state: State, agent: str) -> bool:
        """Those who still have tasks to do."""
        return bool(state.agents[agent].tasks)
