"""Dependency violations: work on a task began, or ended, before what it needs was known done.

Exact: at a claim of task t, a write for t or a completion of t by an agent, for some dependency d
of t no completion of d happens before it; one that was closed as not needed is not waited for. Two
degrees: `open`, d is not complete at all; and `unseen`, d is complete and nothing recorded had told
the agent, so that it was luck. A write is for the task that it names, if its path is one of that
task's files or the task names none; a write that names no task is for each task among whose files
the path is. Assigning a task is no work on it, and a write is not reported when its writer holds
all that is missing: in which order an agent goes about its own tasks is its affair. Reported once
for each agent and task: `unseen` at the first act; `open` at the claim or else the first write, and
again at the completion.
"""

from collections.abc import Iterable

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import each_once, listed, witness
from workspaces.anomalies.writes import verb
from workspaces.history.clocks import precedes
from workspaces.history.events import (
    OUTSIDE,
    SESSION,
    USER,
    AnyEvent,
    FileWritten,
    TaskClaimed,
    TaskCompleted,
)
from workspaces.history.state import State

_NOBODY = (SESSION, USER, OUTSIDE)


class DependencyViolations:
    """Holds each act on a task against the completions of what it needs."""

    kinds = (Kind.DEPENDENCY_VIOLATION,)
    events = (TaskClaimed, TaskCompleted, FileWritten)

    def __init__(self) -> None:
        self._done: dict[str, TaskCompleted] = {}
        self._told: dict[tuple[str, str], set[str]] = {}

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The tasks that `event` works on too early."""
        found: list[Finding] = []
        if event.agent not in _NOBODY:
            for name in _tasks(event, state):
                finding = self._judge(event, name, state)
                if finding:
                    found.append(finding)
        if isinstance(event, TaskCompleted):
            self._done[event.task] = event
        return found

    def _judge(self, event: AnyEvent, name: str, state: State) -> Finding | None:
        task = state.tasks.get(name)
        if task is None or not task.dependencies:
            return None
        early: list[str] = []
        unseen: list[TaskCompleted] = []
        for needed in task.dependencies:
            done = self._done.get(needed)
            closed = needed in state.tasks and state.tasks[needed].status == "closed"
            if done is None and not closed:
                early.append(needed)
            elif done and not precedes(done, event):
                unseen.append(done)
        if not early and not unseen:
            return None
        if early and isinstance(event, FileWritten) and _all_held(event.agent, early, state):
            return None
        degree = "open" if early else "unseen"
        told = self._told.setdefault((event.agent, name), set())
        act = _act(event)
        mark = degree if degree == "unseen" else act
        if mark in told or (mark == "wrote" and "claimed" in told):
            return None
        told.add(mark)
        unrecorded = any(_may_be_done(needed, state) for needed in early)
        return doubted(_finding(event, name, act, early, unseen), unrecorded)


def _may_be_done(name: str, state: State) -> bool:
    """Whether the completion of a task that is not complete may be missing."""
    task = state.tasks.get(name)
    return state.gaps.after(task.since if task else 0)


def _all_held(agent: str, tasks: list[str], state: State) -> bool:
    return all(name in state.tasks and state.tasks[name].owner == agent for name in tasks)


def _tasks(event: AnyEvent, state: State) -> tuple[str, ...]:
    if isinstance(event, TaskClaimed | TaskCompleted):
        return (event.task,)
    if not isinstance(event, FileWritten):
        return ()
    if not event.task:
        return state.tasks_at(event.path)
    task = state.tasks.get(event.task)
    if task is None or (task.files and event.path not in task.files):
        return ()
    return (event.task,)


def _act(event: AnyEvent) -> str:
    if isinstance(event, TaskClaimed):
        return "claimed"
    return "completed" if isinstance(event, TaskCompleted) else "wrote"


_SEVERITY = {"claimed": Severity.LOW, "wrote": Severity.MEDIUM, "completed": Severity.HIGH}


def _finding(
    event: AnyEvent, name: str, act: str, early: list[str], unseen: list[TaskCompleted]
) -> Finding:
    agent = event.agent
    degree = "open" if early else "unseen"
    missing = early or [done.task for done in unseen]
    are = "is" if len(missing) == 1 else "are"
    why = (
        f"{listed(missing)}, which it needs, {are} not complete"
        if early
        else f"nothing had told {agent} that {listed(missing)}, which it needs, {are} complete"
    )
    did = f"{verb(event)} {event.path} for" if isinstance(event, FileWritten) else act
    paths = (event.path,) if isinstance(event, FileWritten) else ()
    case = "write" if isinstance(event, FileWritten) else "task"
    return Finding(
        id=f"{Kind.DEPENDENCY_VIOLATION}:{name}:{event.seq}",
        kind=Kind.DEPENDENCY_VIOLATION,
        severity=_SEVERITY[act] if early else Severity.INFO,
        verdict=Verdict.FOUND,
        agents=each_once((agent, *(done.agent for done in unseen if not early))),
        paths=paths,
        tasks=(name, *missing),
        witness=witness(
            [] if early else [Step(d.seq, f"{d.agent} completed {d.task}") for d in unseen],
            Step(event.seq, f"{agent} {did} {name}; {why}"),
        ),
        summary=f"{agent} {did} {name} although {why}.",
        seq=event.seq,
        t=event.t,
        case=f"{case}:{event.seq}",
        facts={"act": act, "degree": degree, "missing": ", ".join(missing)},
    )
