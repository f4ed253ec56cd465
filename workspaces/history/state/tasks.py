"""Tasks: who holds what, and what is done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from workspaces.history import events as e
from workspaces.history.state.parts import Task

if TYPE_CHECKING:
    from workspaces.history.state.state import State


def _task_added(state: "State", event: e.TaskAdded) -> None:
    before = state.tasks.get(event.task)
    for path in before.files if before else ():
        state.tasks_of[path].remove(event.task)
    for path in dict.fromkeys(event.files):
        state.tasks_of.setdefault(path, []).append(event.task)
    state.tasks[event.task] = Task(
        event.task,
        event.title,
        event.description,
        event.dependencies,
        tuple(dict.fromkeys(event.files)),
        event.priority,
        since=event.seq,
    )


def _task_assigned(state: "State", event: e.TaskAssigned) -> None:
    _hold(state, event.task, event.owner, event.epoch)


def _task_claimed(state: "State", event: e.TaskClaimed) -> None:
    _hold(state, event.task, event.agent, event.epoch)


def _task_released(state: "State", event: e.TaskReleased) -> None:
    task = state.tasks.get(event.task)
    if task is None:
        return
    if task.backup and event.agent in (task.owner, task.backup):
        # The other one goes on with it alone.
        owner = task.backup if event.agent == task.owner else task.owner
        _hold(state, task.id, owner, task.epoch)
        return
    _drop(state, task)
    task.status = "open"
    task.owner = ""
    task.since = event.seq


def _task_completed(state: "State", event: e.TaskCompleted) -> None:
    task = state.tasks.get(event.task)
    if task is None:
        return
    _beat(state, task, event.agent)
    _drop(state, task)
    task.status = "done"
    task.verified_by = task.rejection = ""
    task.completion = task.since = event.seq
    task.completed_by = event.agent
    if agent := state.agents.get(event.agent):
        agent.completed += 1


def _task_verified(state: "State", event: e.TaskVerified) -> None:
    task = state.tasks.get(event.task)
    if task is None:
        return
    if event.accepted:
        task.verified_by = event.agent
        return
    _drop(state, task)
    task.status, task.owner, task.since = "open", "", event.seq
    task.completion, task.completed_by, task.verified_by = 0, "", ""
    task.rejection = event.reason


def _task_closed(state: "State", event: e.TaskClosed) -> None:
    if task := state.tasks.get(event.task):
        _drop(state, task)
        task.status, task.since = "closed", event.seq


def _backup_started(state: "State", event: e.BackupStarted) -> None:
    task = state.tasks.get(event.task)
    if task is None:
        return
    task.backup, task.epoch = event.owner, event.epoch
    agent = state.agents.get(event.owner)
    if agent and event.task not in agent.tasks:
        agent.tasks.append(event.task)


def _hold(state: "State", name: str, owner: str, epoch: int) -> None:
    task = state.tasks.get(name)
    if task is None:
        return
    _drop(state, task)
    task.status = "held"
    task.owner = owner
    task.epoch = epoch
    task.taken = state.t
    task.since = state.seq
    if agent := state.agents.get(owner):
        agent.tasks.append(name)


def _beat(state: "State", task: Task, winner: str) -> None:
    """Note who loses a race of two for the task."""
    if task.backup and winner in (task.owner, task.backup):
        task.beaten = task.backup if winner == task.owner else task.owner
        loser = state.agents.get(task.beaten)
        task.beaten_turn = loser.turn if loser else 0


def _drop(state: "State", task: Task) -> None:
    for name in (task.owner, task.backup):
        holder = state.agents.get(name)
        if holder and task.id in holder.tasks:
            holder.tasks.remove(task.id)
    task.backup = ""


HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    e.TaskAdded: _task_added,
    e.TaskAssigned: _task_assigned,
    e.TaskClaimed: _task_claimed,
    e.TaskReleased: _task_released,
    e.TaskCompleted: _task_completed,
    e.TaskVerified: _task_verified,
    e.TaskClosed: _task_closed,
    e.BackupStarted: _backup_started,
}
