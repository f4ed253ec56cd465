"""The oracle on writes: concurrent, replaced, lost, and back and forth."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from tests.oracles import concurrent_pairs, replacements, writes
from tests.planting.oracle.lookup import Answer, Events, shared_writes, text_of, version_of
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e


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


def replaced(events: Events) -> Iterator[Answer]:
    """Another author's different version replaced, knowing it or not."""
    shared = [w for w in events if not getattr(w, "where", "")]
    found = replacements(shared)
    for kind in (Kind.OVERWRITE, Kind.FOLLOW_UP):
        yield from ((kind, pair) for pair in found[kind.value])


def lost(events: Events) -> Iterator[Answer]:
    """A base older than what was replaced, another's: by version arithmetic."""
    for write in shared_writes(events):
        pred = version_of(events, write.path, write.replaced)
        if write.agent == e.SESSION or pred is None or pred.agent in (write.agent, e.SESSION):
            continue
        outside = isinstance(write, e.OutsideWrite)
        base = pred.version - 1 if isinstance(write, e.OutsideWrite) else write.base
        if base == e.UNREAD or base >= pred.version or write.blob == pred.blob:
            continue
        seen = version_of(events, write.path, base)
        if pred.blob == (seen.blob if seen else ""):
            continue
        careful = outside or (isinstance(write, e.FileWritten) and write.edit)
        if careful and not _gone(events, seen.blob if seen else "", pred.blob, write.blob):
            continue
        yield Kind.LOST_UPDATE, (pred.seq, write.seq)


def _gone(events: Events, base: str, pred: str, new: str) -> bool:
    """Whether a line that the predecessor had brought in is nowhere in the new text, or one that
    it had taken out is back (planted lines are all different)."""
    texts = [text_of(events, digest) for digest in (base, pred, new)]
    if None in texts:
        return False
    old, middle, now = (set((text or "").splitlines()) for text in texts)
    return bool((middle - old) - now or (old - middle) & now)


def ping_pong(events: Events) -> Iterator[Answer]:
    """Four versions by alternating authors, bytes that come back, nothing completed since."""
    for path in {w.path for w in shared_writes(events)}:
        chain = [w for w in shared_writes(events) if w.path == path]
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
