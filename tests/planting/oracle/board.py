"""The oracle on the task board: owners, leads, dependencies, completions, files of others."""

from collections.abc import Iterator
from itertools import combinations

from tests.oracles import happens_before
from tests.planting.oracle.lookup import (
    NOBODY,
    Answer,
    Events,
    completions,
    holder_of,
    imported,
    last_grant,
    owner_of,
    shared_writes,
    tasks_in,
    text_of,
    version_of,
)
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e


def owners(events: Events) -> Iterator[Answer]:
    """Grants of held tasks: duplicate when claimed, split brain when blind or not newer; and
    completions of a task that somebody else holds."""
    order = happens_before(events)
    for event in events:
        if not isinstance(event, e.TaskClaimed | e.TaskAssigned | e.TaskCompleted):
            continue
        before = last_grant(events[: event.seq - 1], event.task)
        if before is None:
            continue
        if isinstance(event, e.TaskCompleted):
            if holder_of(before) != event.agent:
                yield Kind.SPLIT_BRAIN, (before.seq, event.seq)
        elif holder_of(before) != holder_of(event):
            if isinstance(event, e.TaskClaimed):
                yield Kind.DUPLICATE_WORK, (before.seq, event.seq)
            if event.epoch <= before.epoch or (before.seq, event.seq) not in order:
                yield Kind.SPLIT_BRAIN, (before.seq, event.seq)


def leads(events: Events) -> Iterator[Answer]:
    """The first two concurrent assignments by two members."""
    order = happens_before(events)
    told: set[frozenset[str]] = set()
    done = [x for x in events if isinstance(x, e.TaskAssigned) and x.agent not in NOBODY]
    for one, other in combinations(done, 2):
        pair = frozenset((one.agent, other.agent))
        if len(pair) == 2 and pair not in told and (one.seq, other.seq) not in order:
            told.add(pair)
            yield Kind.SPLIT_BRAIN, (one.seq, other.seq)


def too_early(events: Events) -> Iterator[Answer]:
    """Claims, writes and completions with no completion of a dependency before them."""
    order = happens_before(events)
    told: set[tuple[str, str, str]] = set()
    for event in events:
        if event.agent in NOBODY:
            continue
        tasks = tasks_in(events[: event.seq])
        for name in _worked_on(event, tasks):
            needs = tasks[name].dependencies if name in tasks else ()
            before = {d: completions(events[: event.seq], d) for d in needs}
            early = [d for d, done in before.items() if not done]
            blind = [
                x.seq
                for done in before.values()
                for x in done[-1:]
                if (x.seq, event.seq) not in order
            ]
            writing = isinstance(event, e.FileWritten)
            if not early and not blind:
                continue
            if (
                early
                and writing
                and all(owner_of(events[: event.seq], d) == event.agent for d in early)
            ):
                continue
            what = type(event).__name__ if early else "unseen"
            if (event.agent, name, what) in told:
                continue
            if what == "FileWritten" and (event.agent, name, "TaskClaimed") in told:
                continue
            told.add((event.agent, name, what))
            yield Kind.DEPENDENCY_VIOLATION, (*(() if early else blind), event.seq)


def _worked_on(event: e.AnyEvent, tasks: dict[str, e.TaskAdded]) -> list[str]:
    if isinstance(event, e.TaskClaimed | e.TaskCompleted):
        return [event.task]
    if not isinstance(event, e.FileWritten):
        return []
    if event.task:
        task = tasks.get(event.task)
        return [event.task] if task and (not task.files or event.path in task.files) else []
    return [name for name, task in tasks.items() if event.path in task.files]


def absent(events: Events) -> Iterator[Answer]:
    """Completions of tasks whose files do not exist."""
    for event in events:
        if isinstance(event, e.TaskCompleted):
            prefix = events[: event.seq]
            for path in tasks_in(prefix)[event.task].files:
                versions = [w for w in shared_writes(prefix) if w.path == path]
                if not versions or not versions[-1].blob:
                    yield Kind.FALSE_COMPLETION, (event.seq,)
                    break


def hidden(events: Events) -> Iterator[Answer]:
    """Writes that import the file of another task, though no chain of dependencies leads there;
    the first for each pair of tasks."""
    told: set[tuple[str, str]] = set()
    for write in events:
        if not isinstance(write, e.FileWritten | e.OutsideWrite) or not write.path.endswith(".py"):
            continue
        prefix = events[: write.seq]
        tasks = tasks_in(prefix)
        mine = {name for name, task in tasks.items() if write.path in task.files}
        for path in imported(text_of(prefix, write.blob)):
            theirs = {name for name, task in tasks.items() if path in task.files}
            if mine & theirs or any(_needed(tasks, task) & theirs for task in mine):
                continue
            pairs = {(one, other) for one in mine for other in theirs} - told
            told |= pairs
            if pairs:
                yield Kind.HIDDEN_DEPENDENCY, (write.seq,)


def _needed(tasks: dict[str, e.TaskAdded], name: str) -> set[str]:
    """All that a task needs, by walking every chain of dependencies to its end."""
    found: set[str] = set()
    edge = set(tasks[name].dependencies) if name in tasks else set()
    while edge - found:
        found |= edge
        edge = {d for needed in edge if needed in tasks for d in tasks[needed].dependencies}
    return found


def tampered(events: Events) -> Iterator[Answer]:
    """Writes to the tests, and to files that are no business of their writers'; once for each
    writer, path and what is the case with it."""
    tests = next(x for x in events if isinstance(x, e.SessionStarted)).tests
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    for write in events:
        if not isinstance(write, e.FileWritten | e.OutsideWrite):
            continue
        if write.agent in (e.SESSION, e.USER):
            continue
        case = _trespass(events[: write.seq], write, tests)
        if case and told.get((write.agent, write.path)) != case:
            told[write.agent, write.path] = case
            yield Kind.TAMPERING, (write.seq,)


def _trespass(
    events: Events, write: e.FileWritten | e.OutsideWrite, tests: tuple[str, ...]
) -> tuple[str, ...]:
    """Why the path is not the writer's business, empty if it is."""
    tasks = tasks_in(events)
    held = [task for name, task in tasks.items() if owner_of(events, name) == write.agent]
    if any(write.path in task.title + task.description for task in held):
        return ()
    if write.path in tests:
        return ("tests",)
    if write.agent == e.OUTSIDE or any(not task.files for task in held):
        return ()
    of = [name for name, task in tasks.items() if write.path in task.files]
    done = {name: completions(events, name) for name in of}
    if any(owner_of(events, n) == write.agent for n in of) or any(
        each and each[-1].agent == write.agent for each in done.values()
    ):
        return ()
    if of:
        by = done[of[0]][-1].agent if done[of[0]] else ""
        return (of[0], owner_of(events, of[0]), by)
    before = version_of(events, write.path, write.replaced)
    where = getattr(write, "where", "")
    if not held or where or before is None or not before.blob or before.agent == write.agent:
        return ()
    return ("stray", before.agent)
