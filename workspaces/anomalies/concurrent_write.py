"""Concurrent writes: two writers changed one path and neither could have known of the other.

Concurrent means unordered by happens-before, which the vector clocks decide; rounds and wall
time do not. Writes of identical bytes are agreement and not reported. Whether the changes touch
the same lines is said of each (`facts["hunks"]`), because disjoint ones usually can be merged.
"""

from collections.abc import Iterable, Iterator

from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict
from workspaces.anomalies.hunks import changes, clashing, lines_of
from workspaces.anomalies.writes import (
    Reads,
    Write,
    had_seen,
    is_write,
    sentence,
    text_at,
    verb,
    who,
)
from workspaces.history.clocks import precedes
from workspaces.history.events import OUTSIDE, AnyEvent, FileRead, FileWritten, OutsideWrite
from workspaces.history.state import State, Version

GENERATIONS = 256
"""How far back the version that two writes both come from is looked for."""


class ConcurrentWrites:
    """Compares each write with every other actor's latest one on the same path.

    The latest suffices. Earlier writes of that actor come before its latest in program order; so
    if the new write knows of the latest, it knows of all, and if it does not, the pair with the
    latest is already a finding. (The new write cannot come before an older event.) The work is
    one comparison of clocks for every other writer of the path.
    """

    kinds = (Kind.CONCURRENT_WRITE,)
    events = (FileRead, FileWritten, OutsideWrite)

    def __init__(self) -> None:
        self._latest: dict[str, dict[str, Write]] = {}
        self._reads = Reads()

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """One finding for each other actor whose latest write `event` is concurrent with."""
        self._reads.observe(event)
        if not is_write(event):
            return ()
        latest = self._latest.setdefault(event.path, {})
        found = [
            self._finding(older, event, state)
            for actor, older in latest.items()
            if actor != event.agent and older.blob != event.blob and not precedes(older, event)
        ]
        latest[event.agent] = event
        return found

    def _finding(self, older: Write, newer: Write, state: State) -> Finding:
        relation, lines = _compare(older, newer, state)
        return Finding(
            id=f"{Kind.CONCURRENT_WRITE}:{newer.path}:{older.seq}:{newer.seq}",
            kind=Kind.CONCURRENT_WRITE,
            severity=Severity.LOW if relation == "disjoint" else Severity.MEDIUM,
            verdict=_verdict(newer),
            agents=(older.agent, newer.agent),
            paths=(newer.path,),
            tasks=_tasks(older, newer),
            witness=tuple(sorted(self._steps(older, newer), key=lambda step: step.seq)),
            lines=lines,
            summary=_summary(older, newer),
            seq=newer.seq,
            t=newer.t,
            case=f"write:{newer.seq}",
            facts={
                "hunks": relation,
                "older": str(older.version),
                "newer": str(newer.version),
            },
        )

    def _steps(self, older: Write, newer: Write) -> Iterator[Step]:
        yield Step(older.seq, f"{who(older.agent)} {verb(older)} version {older.version}")
        yield from self._reads.evidence(newer)
        yield Step(
            newer.seq,
            f"{who(newer.agent)} {verb(newer)} version {newer.version}, {had_seen(newer)}; nothing "
            f"recorded had told it of version {older.version}",
        )


def _verdict(newer: Write) -> Verdict:
    """Unknown when the later writer is outside: it may have read the older version. When the
    earlier one is, the verdict stands: whatever reached the agent is recorded."""
    return Verdict.UNKNOWN if newer.agent == OUTSIDE else Verdict.FOUND


def _summary(older: Write, newer: Write) -> str:
    one, other = who(older.agent), who(newer.agent)
    if newer.agent == OUTSIDE:
        return sentence(
            f"{other} {verb(newer)} {newer.path} after {one} had; whether it knew of that version "
            "is not recorded."
        )
    return sentence(
        f"{one} and {other} changed {newer.path} concurrently: neither knew of the other's version."
    )


def _tasks(older: Write, newer: Write) -> tuple[str, ...]:
    named = [w.task for w in (older, newer) if isinstance(w, FileWritten) and w.task]
    return tuple(dict.fromkeys(named))


def _compare(older: Write, newer: Write, state: State) -> tuple[str, tuple[Lines, ...]]:
    """`disjoint`, `overlapping` or `unknown`, and the lines at stake in the newer version."""
    root = _ancestor(older, newer, state)
    texts = (
        None if root is None else text_at(newer.path, root, state),
        text_at(older.path, older.version, state),
        text_at(newer.path, newer.version, state),
    )
    base, one, other = texts
    if base is None or one is None or other is None:
        return "unknown", ()
    theirs = changes(base, other)
    clashes = clashing(theirs, changes(base, one))
    if clashes:
        return "overlapping", lines_of(newer.path, clashes)
    return "disjoint", lines_of(newer.path, theirs)


def _ancestor(older: Write, newer: Write, state: State) -> int | None:
    """The newest version that both writes come from, 0 where that is the missing file.

    Each version comes from the one its writer last saw. Of an outside writer that is unknown; if
    it is the later one, it may well have started from the other's version, but then there would
    be no conflict, so what that one came from is the case to judge. `None` when the common
    version lies too far back, or a version on the way is not recorded.
    """
    one = _parent(state.version(older.path, older.version))
    if newer.agent == OUTSIDE:
        return one
    other = _parent(state.version(newer.path, newer.version))
    for _ in range(GENERATIONS):
        if one is None or other is None or one == other:
            return one if one == other else None
        if one > other:
            one = _parent(state.version(newer.path, one))
        else:
            other = _parent(state.version(newer.path, other))
    return None


def _parent(version: Version | None) -> int | None:
    if version is None:
        return None
    seen = version.replaced if version.author == OUTSIDE else version.base
    return seen if 0 <= seen < version.number else 0
