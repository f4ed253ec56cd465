"""Slow and obvious answers for the kinds whose definition is exact, in code of their own.

Nothing here is taken from the detectors but the names of kinds: no vector clocks, no state fold.
Happens-before is explicit reachability over program order and causes, versions are looked up by
scanning, and what is the case at an event is found by reading the history up to it again. For few
events `orders` enumerates every linear extension, and two events are concurrent when both orders
occur. Each answer is the kind and the events that a label of it would name.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise, permutations
from typing import TypeAlias

from tests.oracles import concurrent_pairs, happens_before, replacements, writes
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

Events: TypeAlias = Sequence[e.AnyEvent]
Answer: TypeAlias = tuple[Kind, tuple[int, ...]]
MOST = 8
"""Events of which every order is tried."""
_NOBODY = (e.SESSION, e.USER, e.OUTSIDE)


def orders(events: Events) -> Iterator[tuple[int, ...]]:
    """Every order of these events (at most `MOST`) that keeps each actor's own and puts causes
    before effects."""
    if len(events) > MOST:
        raise ValueError(f"{len(events)} events have too many orders")
    numbers = {event.seq for event in events}
    before = [
        (one.seq, other.seq)
        for one, other in combinations(events, 2)
        if one.agent == other.agent or one.seq in other.causes
    ]
    for order in permutations(sorted(numbers)):
        place = {number: index for index, number in enumerate(order)}
        if all(place[one] < place[other] for one, other in before):
            yield order


def unordered(events: Events) -> set[tuple[int, int]]:
    """The pairs of these events that occur in both orders."""
    seen = {pair for order in orders(events) for pair in combinations(order, 2)}
    return {(one, other) for one, other in seen if one < other and (other, one) in seen}


def answers(events: Events) -> set[Answer]:
    """Everything that the oracle finds."""
    return {answer for judge in JUDGES for answer in judge(events)}


def concurrent(events: Events) -> Iterator[Answer]:
    """Unordered writes of a path: each against the other authors' last before it."""
    pairs = concurrent_pairs(events)
    for later in writes(events):
        for agent in {w.agent for w in writes(events)} - {later.agent}:
            own = [
                w.seq
                for w in writes(events)
                if w.agent == agent
                and w.path == later.path
                and w.seq < later.seq
                and not getattr(w, "where", "")
            ]
            if own and (own[-1], later.seq) in pairs and not getattr(later, "where", ""):
                yield Kind.CONCURRENT_WRITE, (own[-1], later.seq)


def _shared(events: Events) -> list[e.FileWritten | e.OutsideWrite]:
    """All writes of the shared tree, the session's too."""
    return [
        event
        for event in events
        if (isinstance(event, e.FileWritten) and not event.where)
        or isinstance(event, e.OutsideWrite)
    ]


def _version(events: Events, path: str, number: int) -> e.FileWritten | e.OutsideWrite | None:
    return next((w for w in _shared(events) if (w.path, w.version) == (path, number)), None)


def _text(events: Events, digest: str) -> str | None:
    if not digest:
        return ""
    texts = [x.text for x in events if isinstance(x, e.Blob) and x.digest == digest]
    return texts[0] if texts else None


def replaced(events: Events) -> Iterator[Answer]:
    """Another author's different version replaced, knowing it or not."""
    shared = [w for w in events if not getattr(w, "where", "")]
    found = replacements(shared)
    for kind in (Kind.OVERWRITE, Kind.FOLLOW_UP):
        yield from ((kind, pair) for pair in found[kind.value])


def lost(events: Events) -> Iterator[Answer]:
    """A base older than what was replaced, another's: by version arithmetic."""
    for write in _shared(events):
        pred = _version(events, write.path, write.replaced)
        if write.agent == e.SESSION or pred is None or pred.agent in (write.agent, e.SESSION):
            continue
        outside = isinstance(write, e.OutsideWrite)
        base = pred.version - 1 if isinstance(write, e.OutsideWrite) else write.base
        if base == e.UNREAD or base >= pred.version or write.blob == pred.blob:
            continue
        seen = _version(events, write.path, base)
        if pred.blob == (seen.blob if seen else ""):
            continue
        careful = outside or (isinstance(write, e.FileWritten) and write.edit)
        if careful and not _gone(events, seen.blob if seen else "", pred.blob, write.blob):
            continue
        yield Kind.LOST_UPDATE, (pred.seq, write.seq)


def _gone(events: Events, base: str, pred: str, new: str) -> bool:
    """Whether a line that the predecessor had brought in is nowhere in the new text, or one that
    it had taken out is back (planted lines are all different)."""
    texts = [_text(events, digest) for digest in (base, pred, new)]
    if None in texts:
        return False
    old, middle, now = (set((text or "").splitlines()) for text in texts)
    return bool((middle - old) - now or (old - middle) & now)


def dirty(events: Events) -> Iterator[Answer]:
    """Reads of unfinished work, and of what was taken back before the reader looked again."""
    for read in (x for x in events if isinstance(x, e.FileRead) and not x.where):
        write = _version(events[: read.seq], read.path, read.version)
        if write is None or write.agent in (read.agent, e.SESSION, e.OUTSIDE):
            continue
        earlier = [
            x
            for x in events[: read.seq - 1]
            if isinstance(x, e.FileRead)
            and (x.agent, x.path, x.version) == (read.agent, read.path, read.version)
        ]
        if not earlier and _unfinished(events[: read.seq], write, read.agent):
            yield Kind.DIRTY_READ, (write.seq, read.seq)
        yield from _taken_back(events, write, read)


def _unfinished(events: Events, write: e.AnyEvent, reader: str) -> bool:
    tasks = _added(events)
    named = getattr(write, "task", "")
    path = getattr(write, "path", "")
    names = [named] if named else [name for name, task in tasks.items() if path in task.files]
    return any(
        name in tasks and not _done(events, name) and _owner(events, name) != reader
        for name in names
    )


def _taken_back(events: Events, write: e.AnyEvent, read: e.FileRead) -> Iterator[Answer]:
    for later in events[read.seq :]:
        mine = later.agent == read.agent and getattr(later, "path", "") == read.path
        if mine and isinstance(later, e.FileRead | e.FileWritten):
            return
        if not isinstance(later, e.FileWritten | e.OutsideWrite) or later.path != read.path:
            continue
        before = [w for w in _shared(events) if w.path == read.path and w.version < read.version]
        back = not later.blob or any(w.blob == later.blob for w in before)
        if back and later.blob != read.blob:
            yield Kind.DIRTY_READ, (write.seq, read.seq, later.seq)
            return


def skewed(events: Events) -> Iterator[Answer]:
    """A read x and wrote y, B read y and wrote x, and neither write knew of the other."""
    order = happens_before(events)
    done = [w for w in _shared(events) if isinstance(w, e.FileWritten) and w.agent != e.SESSION]
    for first, second in combinations(done, 2):
        if first.agent == second.agent or first.path == second.path:
            continue
        saw = _premise(events, first, second)
        met = _premise(events, second, first)
        if saw is None or met is None or (first.seq, second.seq) in order:
            continue
        if not all(_compatible(events, w) for w in (first, second)):
            one, other = sorted((saw.seq, met.seq))
            yield Kind.WRITE_SKEW, (one, other, first.seq, second.seq)


def _premise(events: Events, write: e.FileWritten, other: e.FileWritten) -> e.FileRead | None:
    """The writer's last read of the other's path before its write, if it was made in the same
    turn or the one before, was of an older version, and it has not written the path itself."""
    turns = 0
    for event in reversed(events[: write.seq - 1]):
        if event.agent != write.agent:
            continue
        if isinstance(event, e.TurnStarted):
            turns += 1
            if turns == 2:
                return None
        elif isinstance(event, e.FileWritten) and event.path == other.path:
            return None
        elif isinstance(event, e.FileRead) and event.path == other.path:
            return event if event.version < other.version else None
    return None


def _compatible(events: Events, write: e.FileWritten) -> bool:
    """Whether a Python file still has every function with the parameters it had."""
    if not write.path.endswith(".py"):
        return False
    old = _version(events, write.path, write.replaced)
    return _headers(_text(events, old.blob if old else "")) <= _headers(_text(events, write.blob))


def _headers(text: str | None) -> set[tuple[str, str]]:
    return {
        (node.name, ast.dump(node.args))
        for node in ast.parse(text or "").body
        if isinstance(node, ast.FunctionDef)
    }


# The task board --------------------------------------------------------------------------------


def _added(events: Events) -> dict[str, e.TaskAdded]:
    return {event.task: event for event in events if isinstance(event, e.TaskAdded)}


def _done(events: Events, task: str) -> list[e.TaskCompleted]:
    return [x for x in events if isinstance(x, e.TaskCompleted) and x.task == task]


def _grant(events: Events, task: str) -> e.TaskClaimed | e.TaskAssigned | None:
    """The last grant of a task that is still in force."""
    grant: e.TaskClaimed | e.TaskAssigned | None = None
    for event in events:
        if isinstance(event, e.TaskClaimed | e.TaskAssigned) and event.task == task:
            grant = event
        elif isinstance(event, e.TaskReleased | e.TaskCompleted):
            grant = None if event.task == task else grant
        elif isinstance(event, e.AgentStopped) and grant and _holder(grant) == event.agent:
            grant = None
    return grant


def _holder(grant: e.TaskClaimed | e.TaskAssigned) -> str:
    return grant.owner if isinstance(grant, e.TaskAssigned) else grant.agent


def _owner(events: Events, task: str) -> str:
    grant = _grant(events, task)
    return _holder(grant) if grant else ""


def owners(events: Events) -> Iterator[Answer]:
    """Grants of held tasks: duplicate when claimed, split brain when blind or not newer; and
    completions of a task that somebody else holds."""
    order = happens_before(events)
    for event in events:
        if not isinstance(event, e.TaskClaimed | e.TaskAssigned | e.TaskCompleted):
            continue
        before = _grant(events[: event.seq - 1], event.task)
        if before is None:
            continue
        if isinstance(event, e.TaskCompleted):
            if _holder(before) != event.agent:
                yield Kind.SPLIT_BRAIN, (before.seq, event.seq)
        elif _holder(before) != _holder(event):
            if isinstance(event, e.TaskClaimed):
                yield Kind.DUPLICATE_WORK, (before.seq, event.seq)
            if event.epoch <= before.epoch or (before.seq, event.seq) not in order:
                yield Kind.SPLIT_BRAIN, (before.seq, event.seq)


def leads(events: Events) -> Iterator[Answer]:
    """The first two concurrent assignments by two members."""
    order = happens_before(events)
    told: set[frozenset[str]] = set()
    done = [x for x in events if isinstance(x, e.TaskAssigned) and x.agent not in _NOBODY]
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
        if event.agent in _NOBODY:
            continue
        tasks = _added(events[: event.seq])
        for name in _worked_on(event, tasks):
            needs = tasks[name].dependencies if name in tasks else ()
            before = {d: _done(events[: event.seq], d) for d in needs}
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
                and all(_owner(events[: event.seq], d) == event.agent for d in early)
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
            for path in _added(prefix)[event.task].files:
                versions = [w for w in _shared(prefix) if w.path == path]
                if not versions or not versions[-1].blob:
                    yield Kind.FALSE_COMPLETION, (event.seq,)
                    break


# Leases, trees and the rest --------------------------------------------------------------------


def zombies(events: Events) -> Iterator[Answer]:
    """Writes under an older token than the newest, or under none beside a lease in force."""
    for write in (x for x in events if isinstance(x, e.FileWritten) and not x.where):
        prefix = events[: write.seq]
        granted = [x for x in prefix if isinstance(x, e.LeaseGranted) and x.path == write.path]
        if write.agent == e.SESSION or not granted:
            continue
        newest = max(granted, key=lambda grant: grant.token)
        ended = any(
            isinstance(x, e.LeaseEnded) and (x.path, x.token) == (write.path, newest.token)
            for x in prefix
        )
        force = not ended and newest.expires > write.t and newest.agent != write.agent
        if write.token < newest.token and (write.token or force):
            yield Kind.ZOMBIE_WRITE, (newest.seq, write.seq)


def interference(events: Events) -> Iterator[Answer]:
    """Git commands beneath somebody who is in a turn or holds a task."""
    for event in events:
        if not isinstance(event, e.RepositoryMoved) or event.operation in ("commit", "merge"):
            continue
        prefix = events[: event.seq]
        others = {x.agent for x in prefix} - {event.agent, *_NOBODY}
        if any(_at_work(prefix, agent) for agent in others):
            yield Kind.INTERFERENCE, (event.seq,)


def _at_work(events: Events, agent: str) -> bool:
    turning = stopped = False
    for event in (x for x in events if x.agent == agent):
        if isinstance(event, e.TurnStarted):
            turning = True
        elif isinstance(event, e.TurnEnded | e.AgentStopped):
            turning = False
        if isinstance(event, e.AgentStopped | e.AgentStarted):
            stopped = isinstance(event, e.AgentStopped)
    holds = any(_owner(events, task) == agent for task in _added(events))
    return (turning or holds) and not stopped


def ping_pong(events: Events) -> Iterator[Answer]:
    """Four versions by alternating authors, bytes that come back, nothing completed since."""
    for path in {w.path for w in _shared(events)}:
        chain = [w for w in _shared(events) if w.path == path]
        for end in range(4, len(chain) + 1):
            run = chain[end - 4 : end]
            if e.SESSION in {w.agent for w in run} or not _livelocked(events, run):
                continue
            yield Kind.LIVELOCK, tuple(w.seq for w in run)
            break


def _livelocked(events: Events, run: Sequence[e.FileWritten | e.OutsideWrite]) -> bool:
    if any(one.agent == other.agent for one, other in pairwise(run)):
        return False
    authors = {w.agent for w in run}
    between = events[run[0].seq : run[-1].seq]
    if any(isinstance(x, e.TaskCompleted) and x.agent in authors for x in between):
        return False
    return any(
        one.blob == other.blob and other.version - one.version > 1
        for one, other in combinations(run, 2)
    )


JUDGES: tuple[Callable[[Events], Iterator[Answer]], ...] = (
    concurrent,
    replaced,
    lost,
    dirty,
    skewed,
    owners,
    leads,
    too_early,
    absent,
    zombies,
    interference,
    ping_pong,
)
EXACT = frozenset(
    {
        Kind.CONCURRENT_WRITE,
        Kind.OVERWRITE,
        Kind.FOLLOW_UP,
        Kind.LOST_UPDATE,
        Kind.DIRTY_READ,
        Kind.DEPENDENCY_VIOLATION,
        Kind.SPLIT_BRAIN,
        Kind.ZOMBIE_WRITE,
        Kind.INTERFERENCE,
        Kind.LIVELOCK,
    }
)
"""Kinds of which the oracle answers everything; of write skew, duplicate work and false completion
it answers the rule that is exact (A5B, two holders, missing files)."""
