"""What becomes of tasks whose holder is silent or slow: decisions, from a state and its heartbeats.

An axis of its own beside the kind of team. `none`: nothing. `reassign`: after `ALERT` silent rounds
the holder loses the task (all its tasks, if it has stopped), to whoever claims it, or, where nobody
looks for open tasks, to the agent with the fewest. `backup`: another agent does it as well; also
when an agent has nothing to do while a task takes more than `SLOW` times the median of those
completed (Dean and Ghemawat, MapReduce, 2004: near the end, backups of what is still in progress).
An adaptive team is alerted after `ALERT` rounds and takes the task back after `RELEASE` (LATTE).
"""

from statistics import median
from typing import Final, NamedTuple, TypeAlias

from agents.teams import rights
from agents.teams.heartbeats import Heartbeats
from agents.teams.team import workable
from workspaces.history.state import Agent, State, Task

NAMES: Final = ("none", "reassign", "backup")
ALERT: Final = 4
RELEASE: Final = 6
SLOW: Final = 2.0
KNOWN: Final = 3
"""Completed tasks from which on a median means anything."""


class Missed(NamedTuple):
    """`owner` has not been heard of for `rounds` rounds."""

    task: str
    owner: str
    rounds: int


class Release(NamedTuple):
    """The holder loses `task`, which `owner` gets; empty: whoever claims it."""

    task: str
    reason: str
    owner: str = ""


class Backup(NamedTuple):
    """`owner` does `task` as well as its holder."""

    task: str
    owner: str


Decision: TypeAlias = Missed | Release | Backup


def decide(state: State, beats: Heartbeats, now: float) -> list[Decision]:
    """What to do now, at session second `now`."""
    if state.started is None:
        return []
    kind, team = state.started.settings.recovery, state.started.settings.team
    decisions: list[Decision] = []
    if kind != "none" or team == "adaptive":
        for agent in state.agents.values():
            if beats.silent(agent.name) >= ALERT:
                decisions += _silent(agent, state, beats)
    if kind == "backup":
        taken = {d.owner for d in decisions if isinstance(d, Backup)}
        decisions += _slow(state, beats, now, taken)
    return decisions


def due(state: State, beats: Heartbeats) -> float | None:
    """The session second at which a task under way will count as slow, if nothing else happens;
    `None` where nobody minds."""
    if state.started is None or state.started.settings.recovery != "backup":
        return None
    limit = _limit(beats)
    if limit is None or not _idle(state, beats):
        return None
    return min((_late_at(task, state, beats, limit) for task in _under_way(state)), default=None)


def _silent(agent: Agent, state: State, beats: Heartbeats) -> list[Decision]:
    assert state.started
    kind, team = state.started.settings.recovery, state.started.settings.team
    held = [state.tasks[name] for name in workable(state, agent.name)]
    decisions: list[Decision] = []
    rounds = beats.silent(agent.name)
    for task in held:
        if task.owner == agent.name and not beats.alerted(task.id, task.epoch):
            decisions.append(Missed(task.id, agent.name, rounds))
    if kind == "reassign" or (team == "adaptive" and rounds >= RELEASE):
        lost = agent.tasks if agent.stopped else [task.id for task in held]
        lost = [name for name in lost if not state.tasks[name].backup]
        reason = f"no sign of work from {agent.name} for {rounds} rounds"
        for number, name in enumerate(lost):
            owner = ""
            if team in rights.ASSIGNED:
                owner = _fewest(state, beats, agent.name, number)
                if not owner:
                    continue
            decisions.append(Release(name, reason, owner))
    elif kind == "backup":
        idle = _idle(state, beats)
        for task in held:
            if idle and not task.backup and task.owner == agent.name:
                decisions.append(Backup(task.id, idle.pop(0)))
    return decisions


def _slow(state: State, beats: Heartbeats, now: float, taken: set[str]) -> list[Decision]:
    limit = _limit(beats)
    idle = [name for name in _idle(state, beats) if name not in taken]
    if limit is None or not idle:
        return []
    decisions: list[Decision] = []
    for task in _under_way(state):
        if idle and _late_at(task, state, beats, limit) <= now:
            decisions.append(Backup(task.id, idle.pop(0)))
    return decisions


def _under_way(state: State) -> list[Task]:
    """The task that each agent is at: the first that it could go on with, if it has no backup."""
    firsts = [workable(state, name)[:1] for name in state.agents]
    tasks = [state.tasks[name] for first in firsts for name in first]
    return [task for task in tasks if not task.backup]


def _late_at(task: Task, state: State, beats: Heartbeats, limit: float) -> float:
    return beats.began(task.id, task.owner, state) + limit


def _limit(beats: Heartbeats) -> float | None:
    if len(beats.durations) < KNOWN:
        return None
    return max(SLOW * median(beats.durations), 1.0)


def _workers(state: State) -> list[Agent]:
    watching = state.started is not None and state.started.settings.team == "preassigned-watched"
    return [
        agent
        for agent in state.agents.values()
        if not agent.stopped and not (watching and agent.role == rights.LEAD)
    ]


def _idle(state: State, beats: Heartbeats) -> list[str]:
    """Who could help: can go on with nothing and could claim nothing."""
    if state.ready():
        return []
    return [
        agent.name
        for agent in _workers(state)
        if not workable(state, agent.name) and beats.silent(agent.name) < ALERT
    ]


def _fewest(state: State, beats: Heartbeats, loser: str, skip: int) -> str:
    """The agent with the fewest tasks, if it has given signs of work; `skip` have been chosen
    before."""
    able = [
        agent
        for agent in _workers(state)
        if agent.name != loser and beats.silent(agent.name) < ALERT
    ]
    able.sort(key=lambda agent: len(agent.tasks))
    return able[skip % len(able)].name if able else ""
