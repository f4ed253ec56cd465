"""A team that becomes one of another kind, or works under another control, in mid-session.

What an agent has begun stays its own. What it only held is given out anew, as the new kind would
have done it: a kind whose tasks are assigned before the start is assigned those that are open, and
where agents claim or a lead gives out, a task that nobody has begun is open again.
"""

from typing import Final

from agents.runtime.recorder import Recorder
from agents.runtime.usage import UsageError
from agents.teams import rights
from agents.teams import team as teams
from agents.teams.stealing import begun
from workspaces.history import events as e
from workspaces.history.state import State, Task

GIVEN: Final = ("preassigned", "preassigned-watched", "stealing")
"""Kinds whose tasks are assigned before the start."""


def check(state: State, team: str, control: str) -> None:
    """Raise `UsageError` when the session of `state` cannot go on as such a team, or under such a
    control."""
    before = state.started
    assert before
    teams.create(team)
    first = next(iter(state.agents.values()))
    if team != before.settings.team and team == "lead-assigns" and first.turn:
        raise UsageError(
            "The team cannot become lead-assigns here",
            f"its lead, {first.name}, would give the tasks out in its first turn, and has had it",
            "Choose --team lead, or fork before the first turn.",
        )
    if not state.tasks and team not in rights.MAKES_TASKS:
        raise UsageError(
            f"The team cannot become {team} here",
            "there are no tasks yet, and on such a team nobody adds any",
            f"Choose a --team that makes its own: {', '.join(rights.MAKES_TASKS)}.",
        )
    if before.settings.control == "worktrees" and control != "worktrees":
        _check_merged(state)


def regroup(recorder: Recorder, before: e.Settings) -> None:
    """Record what becomes of tasks and leases now that the settings are those of the state, where
    they were `before`."""
    state = recorder.state
    assert state.started
    now = state.started.settings
    if now.control != before.control:
        for path, lease in list(state.leases.items()):
            recorder.record(
                e.LeaseEnded(agent=lease.holder, path=path, token=lease.token, reason="released")
            )
    if now.team == before.team:
        return
    for task in state.tasks.values():
        if task.status == "held" and _is_free(task, state):
            reason = f"the team is {now.team} from here on"
            recorder.record(e.TaskReleased(task=task.id, reason=reason))
    if now.team in GIVEN:
        for name, owner in teams.create(now.team).begin(state):
            task = state.tasks[name]
            if task.status == "open":
                recorder.record(e.TaskAssigned(task=name, owner=owner, epoch=task.epoch + 1))


def _is_free(task: Task, state: State) -> bool:
    """Whether a held task is to be given out anew."""
    assert state.started
    team = state.started.settings.team
    owner = state.agents.get(task.owner)
    if team == "preassigned-watched" and owner and owner.role == rights.LEAD:
        return True  # it only watches
    return team not in GIVEN and not begun(task, state)


def _check_merged(state: State) -> None:
    for name, tree in state.worktrees.items():
        apart = [
            path
            for path, head in tree.heads.items()
            if (latest := state.latest(path)) is None or latest.blob != head.blob
        ]
        if apart:
            raise UsageError(
                "The worktrees cannot be given up here",
                f"{name} has changes in its own that are not merged: {', '.join(apart[:5])}",
                "Keep --control worktrees, or fork where they are merged (`crosstalk debug` with "
                "until event:merged finds such a place).",
            )
