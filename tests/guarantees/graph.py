"""What holds of tasks on every team, straight from the events: no fold of the product's."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workspaces.history import events as e

ANYONE = frozenset({"adaptive"})
THE_LEAD = frozenset({"lead", "lead-assigns"})


@dataclass
class _Task:
    needs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    holders: list[str] = field(default_factory=list)
    completed_by: str = ""
    settled: bool = False
    closed: bool = False


def wrongs(events: list[e.AnyEvent]) -> Iterator[str]:
    """Everything that happened to tasks and must not: in order, in words."""
    started = events[0]
    assert isinstance(started, e.SessionStarted)
    verified = started.settings.verified
    deciders = _deciders(started)
    members = {member.name for member in started.members}
    tasks: dict[str, _Task] = {}
    for event in events:
        decides = isinstance(event, e.TaskAdded | e.TaskAssigned | e.TaskVerified | e.TaskClosed)
        if decides and event.agent in members and event.agent not in deciders:
            yield f"{event.seq}: {event.agent} decided {event}"
        if isinstance(event, e.TaskAdded):
            if event.task in tasks or any(need not in tasks for need in event.dependencies):
                yield f"{event.seq}: {event.task} twice, or before what it needs"
            tasks[event.task] = _Task(event.dependencies, event.files)
            continue
        task = tasks.get(getattr(event, "task", ""))
        if task is None:
            continue
        match event:
            case e.TaskClaimed() | e.TaskAssigned():
                if task.closed or task.completed_by:
                    yield f"{event.seq}: {event.task} was over"
                if isinstance(event, e.TaskClaimed) and (task.holders or _open(task, tasks)):
                    yield f"{event.seq}: {event.task} was held or blocked"
                owner = event.owner if isinstance(event, e.TaskAssigned) else event.agent
                task.holders = [owner]
            case e.BackupStarted():
                task.holders = [*task.holders, event.owner]
            case e.TaskReleased():
                racing = len(task.holders) == 2 and event.agent in task.holders
                task.holders = [h for h in task.holders if h != event.agent] if racing else []
            case e.TaskCompleted():
                if event.agent not in task.holders or _open(task, tasks):
                    yield f"{event.seq}: {event.agent} completed {event.task}: {task}"
                task.holders, task.completed_by = [], event.agent
                task.settled = not verified
            case e.TaskVerified():
                if not task.completed_by:
                    yield f"{event.seq}: {event.task} was not completed"
                task.settled = event.accepted
                if not event.accepted:
                    task.completed_by = ""
            case e.TaskClosed():
                task.holders, task.settled, task.closed = [], True, True


def own_verdicts(events: list[e.AnyEvent]) -> Iterator[str]:
    """Verdicts of agents on their own work while somebody else could have given them."""
    started = events[0]
    assert isinstance(started, e.SessionStarted)
    down: set[str] = set()
    by: dict[str, str] = {}
    for event in events:
        match event:
            case e.AgentStopped():
                down.add(event.agent)
            case e.AgentStarted():
                down.discard(event.agent)
            case e.TaskCompleted():
                by[event.task] = event.agent
            case e.TaskVerified() if by.get(event.task) == event.agent:
                if any(m.name not in down and m.name != event.agent for m in started.members):
                    yield f"{event.seq}: {event.agent} verified its own {event.task}"


def raced(events: list[e.AnyEvent]) -> Iterator[str]:
    """Work that a planned backup lost: a racer's write to the task's files over a version of
    another that it did not know; and writes of the loser in the turn in which it lost."""
    races: dict[str, set[str]] = {}
    owners: dict[str, str] = {}
    files: dict[str, tuple[str, ...]] = {}
    authors: dict[str, str] = {}
    beaten: dict[str, set[str]] = {}
    for event in events:
        match event:
            case e.TaskAdded():
                files[event.task] = event.files
            case e.TaskClaimed():
                owners[event.task] = event.agent
            case e.TaskAssigned():
                owners[event.task] = event.owner
                races.pop(event.task, None)
            case e.BackupStarted():
                races[event.task] = {owners[event.task], event.owner}
            case e.TaskCompleted():
                for loser in races.pop(event.task, set()) - {event.agent}:
                    beaten.setdefault(loser, set()).update(files[event.task])
            case e.TaskReleased() | e.TaskClosed():
                races.pop(event.task, None)
            case e.TurnStarted():
                beaten.pop(event.agent, None)
            case e.FileWritten() if event.agent != e.SESSION:
                if event.path in beaten.get(event.agent, ()):
                    yield f"{event.seq}: {event.agent} wrote {event.path} after it had lost"
                if event.where:
                    continue
                racing = any(
                    event.agent in racers and event.path in files[task]
                    for task, racers in races.items()
                )
                other = authors.get(event.path) not in (None, event.agent)
                if racing and other and event.base < event.replaced:
                    yield f"{event.seq}: {event.agent} replaced {event.path} unseen in a race"
                authors[event.path] = event.agent
            case e.OutsideWrite():
                authors[event.path] = event.agent


def _deciders(started: e.SessionStarted) -> set[str]:
    team = started.settings.team
    if team in ANYONE:
        return {member.name for member in started.members}
    if team in THE_LEAD:
        return {member.name for member in started.members if member.role == "lead"}
    return set()


def _open(task: _Task, tasks: dict[str, _Task]) -> bool:
    """Whether something it needs is not settled."""
    return not all(tasks[need].settled for need in task.needs)
