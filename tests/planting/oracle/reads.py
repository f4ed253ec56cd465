"""The oracle on reads: dirty, stale, and premises that another was changing."""

import ast
from collections.abc import Iterator
from itertools import combinations

from tests.oracles import happens_before
from tests.planting.oracle.lookup import (
    Answer,
    Events,
    completions,
    imported,
    owner_of,
    shared_writes,
    tasks_in,
    text_of,
    version_of,
)
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e


def dirty(events: Events) -> Iterator[Answer]:
    """Reads of unfinished work, and of what was taken back before the reader looked again."""
    for read in (x for x in events if isinstance(x, e.FileRead) and not x.where):
        write = version_of(events[: read.seq], read.path, read.version)
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
    tasks = tasks_in(events)
    named = getattr(write, "task", "")
    path = getattr(write, "path", "")
    names = [named] if named else [name for name, task in tasks.items() if path in task.files]
    return any(
        name in tasks and not completions(events, name) and owner_of(events, name) != reader
        for name in names
    )


def _taken_back(events: Events, write: e.AnyEvent, read: e.FileRead) -> Iterator[Answer]:
    for later in events[read.seq :]:
        mine = later.agent == read.agent and getattr(later, "path", "") == read.path
        if mine and isinstance(later, e.FileRead | e.FileWritten):
            return
        if not isinstance(later, e.FileWritten | e.OutsideWrite) or later.path != read.path:
            continue
        before = [
            w for w in shared_writes(events) if w.path == read.path and w.version < read.version
        ]
        back = not later.blob or any(w.blob == later.blob for w in before)
        if back and later.blob != read.blob:
            yield Kind.DIRTY_READ, (write.seq, read.seq, later.seq)
            return


def skewed(events: Events) -> Iterator[Answer]:
    """A read x and wrote y, B read y and wrote x, and neither write knew of the other."""
    order = happens_before(events)
    done = [
        w for w in shared_writes(events) if isinstance(w, e.FileWritten) and w.agent != e.SESSION
    ]
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
    old = version_of(events, write.path, write.replaced)
    return _headers(text_of(events, old.blob if old else "")) <= _headers(
        text_of(events, write.blob)
    )


def _headers(text: str | None) -> set[tuple[str, str]]:
    return {
        (node.name, ast.dump(node.args))
        for node in ast.parse(text or "").body
        if isinstance(node, ast.FunctionDef)
    }


def stale(events: Events) -> Iterator[Answer]:
    """Writes that rest on a recent read of a version that another had replaced: of the path itself,
    whose newer lines are gone, or of a module of which a used definition is another now."""
    for write in shared_writes(events):
        if not isinstance(write, e.FileWritten) or write.agent == e.SESSION:
            continue
        prefix = events[: write.seq]
        uses = imported(text_of(prefix, write.blob)) if write.path.endswith(".py") else {}
        for path in {write.path, *uses}:
            heads = [w for w in shared_writes(prefix[:-1]) if w.path == path]
            read = _recently(events, write, path)
            if read is None or not heads or heads[-1].version <= read.version:
                continue
            old, new = read.blob, heads[-1].blob
            if old != new and (
                _lost(prefix, old, new, write.blob)
                if path == write.path
                else _differs(prefix, old, new, uses[path])
            ):
                yield Kind.STALE_READ, (read.seq, heads[-1].seq, write.seq)


def _recently(events: Events, write: e.FileWritten, path: str) -> e.FileRead | None:
    """The writer's last read of the path in the same turn or the one before, if it has not written
    the path since."""
    turns = 0
    for event in reversed(events[: write.seq - 1]):
        if event.agent != write.agent:
            continue
        if isinstance(event, e.TurnStarted):
            turns += 1
            if turns == 2:
                return None
        elif isinstance(event, e.FileWritten | e.FileRead) and event.path == path:
            return event if isinstance(event, e.FileRead) else None
    return None


def _lost(events: Events, old: str, new: str, now: str) -> bool:
    """Whether something of the change from old to new is not in the text now (planted lines are all
    different); also when nobody can tell."""
    texts = [text_of(events, digest) for digest in (old, new, now)]
    if None in texts:
        return True
    before, middle, after = (set((each or "").splitlines()) for each in texts)
    return bool((middle - before) - after or (before - middle) & after)


def _differs(events: Events, old: str, new: str, names: set[str]) -> bool:
    """Whether one of the names is defined otherwise; also when nobody can tell."""
    one, other = (_definitions(text_of(events, digest)) for digest in (old, new))
    if one is None or other is None:
        return True
    return any(one.get(name) != other.get(name) for name in names)


def _definitions(source: str | None) -> dict[str, str] | None:
    try:
        tree = ast.parse(source) if source is not None else None
    except SyntaxError:
        return None
    if tree is None:
        return None
    return {node.name: ast.dump(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
