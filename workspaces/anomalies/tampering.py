"""Tampering: a write to files that are not the writer's business.

Exact on the task board: an agent writes a path that is

- one of the session's tests (`tests`);
- a file of a task that another agent holds (`held`) or has completed (`done`);
- a file of a task that nobody holds (`unclaimed`);
- somebody else's file that belongs to no task (`stray`), while all tasks the agent holds name their
  files.

A file is the agent's business if a task that it holds, or has completed, names it, or mentions it
in its description; or if it holds a task that names no files (but for the tests). New files of its
own that belong to no task are nobody's loss and not reported. An outside change of the tests is
reported as unknown. Once for each agent, path and state of the path's task.
"""

from collections.abc import Iterable
from typing import NamedTuple

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import each_once, witness
from workspaces.anomalies.writes import sentence, verb, who
from workspaces.history.events import OUTSIDE, SESSION, USER, AnyEvent, FileWritten, OutsideWrite
from workspaces.history.state import State, Task


class _Case(NamedTuple):
    rule: str
    task: str
    owner: str
    words: str


_SEVERITY = {
    "tests": Severity.HIGH,
    "held": Severity.MEDIUM,
    "done": Severity.LOW,
    "unclaimed": Severity.LOW,
    "stray": Severity.INFO,
}


class Tampering:
    """Holds the path of each write against its writer's tasks."""

    kinds = (Kind.TAMPERING,)
    events = (FileWritten, OutsideWrite)

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], _Case] = {}

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """At most one finding."""
        if not isinstance(event, FileWritten | OutsideWrite) or event.agent in (SESSION, USER):
            return ()
        case = _judge(event, state)
        if case is None or self._told.get((event.agent, event.path)) == case:
            return ()
        self._told[event.agent, event.path] = case
        return (doubted(_finding(event, case, state), _excusable(event, state)),)


def _judge(event: FileWritten | OutsideWrite, state: State) -> _Case | None:
    agent, path = event.agent, event.path
    if state.started and path in state.started.tests:
        return None if _mentioned(agent, path, state) else _Case("tests", "", "", "tests")
    if agent == OUTSIDE:
        return None
    names = state.tasks_at(path)
    tasks = [state.tasks[name] for name in names]
    if any(agent in (task.owner, task.completed_by) for task in tasks):
        return None
    if _mentioned(agent, path, state) or _unrestricted(agent, state):
        return None
    if tasks:
        return _of_others(tasks[0])
    member = state.agents.get(agent)
    if not member or not member.tasks or isinstance(event, OutsideWrite):
        return None
    before = state.version(path, event.replaced) if not event.where else None
    if before is None or not before.blob or before.author == agent:
        return None
    return _Case("stray", "", "" if before.author == SESSION else before.author, "no task's file")


def _of_others(task: Task) -> _Case:
    if task.status == "held":
        return _Case(
            "held", task.id, task.owner, f"the file of {task.id}, which {task.owner} holds"
        )
    if task.status == "done":
        by = task.completed_by
        return _Case("done", task.id, by, f"the file of {task.id}, which {by} has completed")
    return _Case("unclaimed", task.id, "", f"the file of {task.id}, without having claimed it")


def _mentioned(agent: str, path: str, state: State) -> bool:
    """Whether a task that the agent holds speaks of the path."""
    member = state.agents.get(agent)
    held = [state.tasks[name] for name in member.tasks] if member else []
    return any(path in task.description or path in task.title for task in held)


def _excusable(event: FileWritten | OutsideWrite, state: State) -> bool:
    """Whether the writer may have claimed, or been assigned, a task that makes the path its
    business, in a step that is missing."""
    path = event.path
    # Of a file of no task: the task may be missing, or that the writer is done with its others.
    if not state.tasks_at(path) and any(map(state.gaps.of, (SESSION, event.agent))):
        return True
    return any(
        state.gaps.after(task.since)
        for task in state.tasks.values()
        if not task.files or path in task.files or path in task.description or path in task.title
    )


def _unrestricted(agent: str, state: State) -> bool:
    member = state.agents.get(agent)
    return member is not None and any(not state.tasks[name].files for name in member.tasks)


def _finding(event: FileWritten | OutsideWrite, case: _Case, state: State) -> Finding:
    agent = who(event.agent)
    outside = event.agent == OUTSIDE
    what = {
        "tests": "which is part of the tests",
        "stray": f"which belongs to none of {agent}'s tasks",
    }.get(case.rule, case.words)
    return Finding(
        id=f"{Kind.TAMPERING}:{event.path}:{event.seq}",
        kind=Kind.TAMPERING,
        severity=_SEVERITY[case.rule],
        verdict=Verdict.UNKNOWN if outside else Verdict.FOUND,
        agents=each_once((case.owner, event.agent)),
        paths=(event.path,),
        tasks=each_once((case.task,)),
        witness=witness(Step(event.seq, f"{agent} {verb(event)} {event.path}, {what}")),
        summary=sentence(f"{agent} {verb(event)} {event.path}, {what}."),
        seq=event.seq,
        t=event.t,
        case=f"write:{event.seq}",
        facts={"rule": case.rule},
    )
