"""All tasks are assigned before the first round.

The rule is the paper's: in topological order, a task goes to the owner of its last-listed
dependency, and one without dependencies to the next agent in turn. A chain therefore stays with
one agent and free tasks spread.
"""

from agents.protocol.observations import Inbox
from agents.teams.decentralized import Decentralized
from agents.teams.team import Assignment, busy_or_able, news, rounds
from workspaces.history.state import State
from workspaces.tasks.graph import TaskGraph
from workspaces.tasks.task import Task


class Preassigned(Decentralized):
    """Assignment before the start, no lead."""

    name = "preassigned"

    def workers(self, state: State) -> list[str]:
        """Who is given tasks."""
        return list(state.agents)

    def begin(self, state: State) -> list[Assignment]:
        """Every task's owner, in topological order."""
        graph = TaskGraph(
            tuple(
                Task(id=task.id, title=task.title, dependencies=task.dependencies)
                for task in state.tasks.values()
            )
        )
        names = self.workers(state)
        owners: dict[str, str] = {}
        given = 0
        for task in (task.id for task in graph.topological_order()):
            if dependencies := state.tasks[task].dependencies:
                owners[task] = owners[dependencies[-1]]
            else:
                owners[task] = names[given % len(names)]
                given += 1
        return [Assignment(task, owner) for task, owner in owners.items()]

    def calls(self, state: State, inbox: Inbox, agent: str) -> bool:
        """Those who still have tasks to do; on its own time, who can go on with one."""
        if rounds(state):
            return bool(state.agents[agent].tasks)
        return news(state, inbox, agent) and busy_or_able(state, inbox, agent)
