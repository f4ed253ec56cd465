"""Overwrites and follow-ups: a write replaced somebody else's version.

Whoever had read that version knew what it replaced: a follow-up, counted apart and harmless by
itself. Everyone else overwrote it. Which of its lines did not survive is the evidence.
"""

from collections.abc import Iterable, Iterator

from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict
from workspaces.anomalies.hunks import changes, lines_of, lost, ranges, split
from workspaces.anomalies.writes import (
    Reads,
    Write,
    base_of,
    had_seen,
    is_write,
    sentence,
    text_at,
    text_of,
    verb,
    who,
)
from workspaces.history.events import (
    OUTSIDE,
    SESSION,
    UNREAD,
    AnyEvent,
    FileRead,
    FileWritten,
    OutsideWrite,
)
from workspaces.history.state import State, Version


class Overwrites:
    """Compares each write with the version that it replaced, and with no other."""

    kinds = (Kind.OVERWRITE, Kind.FOLLOW_UP)
    events = (FileRead, FileWritten, OutsideWrite)

    def __init__(self) -> None:
        self._reads = Reads()

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """At most one finding, when `event` replaced another author's version by other bytes."""
        self._reads.observe(event)
        if not is_write(event):
            return ()
        replaced = state.version(event.path, event.replaced)
        if (
            replaced is None
            or replaced.author in (event.agent, SESSION)
            or replaced.blob == event.blob
        ):
            return ()
        return (self._finding(event, replaced, state),)

    def _finding(self, event: Write, replaced: Version, state: State) -> Finding:
        knew = base_of(event) == replaced.number
        kind = Kind.FOLLOW_UP if knew else Kind.OVERWRITE
        loss = _Loss(event, replaced, state)
        steps = sorted(self._steps(event, replaced, loss), key=lambda step: step.seq)
        return Finding(
            id=f"{kind}:{event.path}:{replaced.seq}:{event.seq}",
            kind=kind,
            severity=Severity.INFO if knew else loss.severity,
            # An outside writer may have read what it replaced, and then this is a follow-up.
            verdict=Verdict.UNKNOWN if event.agent == OUTSIDE else Verdict.FOUND,
            agents=(replaced.author, event.agent),
            paths=(event.path,),
            tasks=_tasks(event, replaced),
            witness=tuple(steps),
            lines=loss.lines,
            summary=_summary(event, replaced, loss, knew),
            seq=event.seq,
            t=event.t,
            case=f"write:{event.seq}",
            facts=_facts(event, replaced) | loss.facts,
        )

    def _steps(self, event: Write, replaced: Version, loss: "_Loss") -> Iterator[Step]:
        yield Step(replaced.seq, f"{who(replaced.author)} made version {replaced.number}")
        yield from self._reads.evidence(event)
        yield Step(
            event.seq,
            f"{who(event.agent)} {verb(event)} version {event.version} in its place, "
            f"{had_seen(event)}; {loss.clause}",
        )


class _Loss:
    """What of the replaced version did not survive."""

    def __init__(self, event: Write, replaced: Version, state: State) -> None:
        before = text_of(replaced, state)
        after = text_at(event.path, event.version, state)
        self.lines: tuple[Lines, ...] = ()
        self.facts: dict[str, str] = {}
        if after is None or (before is None and event.blob):
            self.severity = Severity.MEDIUM
            self.clause = "which lines were lost is unknown, because a text was not stored"
            return
        if before is None:
            # A deletion loses everything, whatever it was.
            self.severity = Severity.HIGH
            self.clause = "all of it was lost"
            return
        old = split(before)
        differing = changes(before, after)
        gone = lost(old, differing)
        work = sum(1 for line in old if line.strip())
        self.lines = lines_of(event.path, differing)
        self.facts = {"lost": str(len(gone)), "of": str(work)}
        if gone:
            runs = ranges(gone)
            self.facts["lost_lines"] = ",".join(f"{a}-{b}" if a < b else f"{a}" for a, b in runs)
        self.clause = f"{len(gone)} of {work} lines were lost"
        if not gone:
            self.severity = Severity.LOW
        else:
            self.severity = Severity.HIGH if 2 * len(gone) > work else Severity.MEDIUM


def _facts(event: Write, replaced: Version) -> dict[str, str]:
    base = base_of(event)
    return {
        "older": str(replaced.number),
        "newer": str(event.version),
        "base": "unknown" if event.agent == OUTSIDE else "unread" if base == UNREAD else str(base),
        "deleted": "no" if event.blob else "yes",
    }


def _summary(event: Write, replaced: Version, loss: _Loss, knew: bool) -> str:
    writer, author = who(event.agent), who(replaced.author)
    if knew:
        return sentence(
            f"{writer} changed {event.path} after reading {author}'s version; {loss.clause}."
        )
    did = "deleted" if not event.blob else "replaced"
    aside = "an outside write" if event.agent == OUTSIDE else had_seen(event)
    return sentence(f"{writer} {did} {author}'s version of {event.path}, {aside}; {loss.clause}.")


def _tasks(event: Write, replaced: Version) -> tuple[str, ...]:
    task = event.task if isinstance(event, FileWritten) else ""
    return tuple(dict.fromkeys(name for name in (replaced.task, task) if name))
