"""Preassigned queues, from which idle agents take.

Work stealing (Blumofe and Leiserson 1999): an agent that can go on with nothing takes a task from
the end of the longest queue, where its owner will come to it last. A task counts as started when
its owner has written one of its files since it got it. An owner keeps the first task that it can go
on with.
"""

from agents.teams.preassigned import Preassigned
from agents.teams.team import Assignment, workable
from workspaces.history.state import State, Task


class Stealing(Preassigned):
    """Assignment before the start, corrected while the team works."""

    name = "stealing"

    def balance(self, state: State) -> list[Assignment]:
        """One task for each idle agent, as long as there is one to take."""
        moved: list[Assignment] = []
        queues = {name: workable(state, name) for name in state.agents}
        for thief in state.agents.values():
            if queues[thief.name] or thief.stopped:
                continue
            for victim in sorted(queues, key=lambda name: -len(queues[name])):
                takeable = [t for t in queues[victim][1:] if not begun(state.tasks[t], state)]
                if takeable:
                    queues[victim].remove(takeable[-1])
                    moved.append(Assignment(takeable[-1], thief.name))
                    break
        return moved


def begun(task: Task, state: State) -> bool:
    """Whether the holder has written a file of the task since it took it, in whichever tree."""
    if task.backup:
        return True
    own = state.worktrees.get(task.owner)
    for path in task.files:
        versions = [*state.files.get(path, ()), *(own.files.get(path, ()) if own else ())]
        if any(v.author == task.owner and v.t >= task.taken for v in versions):
            return True
    return False
