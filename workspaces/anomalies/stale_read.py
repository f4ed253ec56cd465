"""Stale reads: an agent acts on a version of a file after a newer one exists.

A reads version v of p. Later somebody else makes a newer version of other bytes, and A, not having
read it, *acts on* v: it writes, in the same turn as the read or the next one (whose context holds
the read), either p itself or a Python file that imports p. Exact in versions and turns; whether the
change touched the part that A used is a judgement on the texts, made as follows. Not reported:

- an import, when what A's file takes from p (the names it imports, or the attributes it uses of the
  module) has the same definitions, comments aside, in v and in the newest version;
- a write of p that keeps everything others changed meanwhile (`survival`).

Unknown when a text was not stored or is not Python that parses.
"""

from collections.abc import Iterable

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict
from workspaces.anomalies.hunks import changes, lines_of
from workspaces.anomalies.imports import EVERYTHING, Uses, uses
from workspaces.anomalies.sketches import sketch
from workspaces.anomalies.sources import Source, is_python, parse
from workspaces.anomalies.survival import survival
from workspaces.anomalies.turns import RecentReads
from workspaces.anomalies.witness import each_once, listed, witness
from workspaces.anomalies.writes import sentence, tasks_of, text_at, text_of, verb, who
from workspaces.history.events import AnyEvent, FileRead, FileWritten
from workspaces.history.state import State, Version

_UNTOUCHED = "untouched"


class StaleReads:
    """Holds each write against the recent reads of its writer."""

    kinds = (Kind.STALE_READ,)
    events = RecentReads.events

    def __init__(self) -> None:
        self._reads = RecentReads()

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """One finding for each outdated read that `event` rests on."""
        found: list[Finding] = []
        if isinstance(event, FileWritten) and not event.where:
            reads = self._reads.of(event.agent)
            stale = [pair for read in reads.values() if (pair := _newer(read, event, state))]
            if stale:
                found = [f for f in _judged(event, stale, state) if f]
        self._reads.observe(event)
        return found


def _newer(read: FileRead, write: FileWritten, state: State) -> tuple[FileRead, Version] | None:
    """The read with the newest version of the path before the write, if by another and of other
    bytes."""
    if read.path == write.path:
        head = state.version(read.path, write.replaced)
    else:
        head = state.latest(read.path)
    if head is None or head.number <= read.version:
        return None
    return None if head.blob == read.blob else (read, head)


def _judged(
    write: FileWritten, stale: list[tuple[FileRead, Version]], state: State
) -> Iterable[Finding | None]:
    imported: dict[str, Uses] = {}
    if is_python(write.path):
        text = text_at(write.path, write.version, state)
        paths = {read.path for read, _ in stale}
        if text and sketch(text).targets(write.path, paths.__contains__):
            source = parse(text)
            imported = uses(write.path, source, paths.__contains__) if source else {}
    for read, head in stale:
        if read.path == write.path:
            yield _same_path(read, head, write, state)
        elif read.path in imported:
            yield _by_import(read, head, write, imported[read.path], state)


def _same_path(read: FileRead, head: Version, write: FileWritten, state: State) -> Finding | None:
    was = text_at(read.path, read.version, state)
    now = text_of(head, state)
    new = text_at(write.path, write.version, state)
    if was is None or now is None or new is None:
        return _finding(read, head, write, state, "", Verdict.UNKNOWN, ())
    if survival(was, now, new).whole:
        return None
    lines = lines_of(write.path, changes(now, new))
    return _finding(read, head, write, state, "lines that did not survive", Verdict.FOUND, lines)


def _by_import(
    read: FileRead, head: Version, write: FileWritten, use: Uses, state: State
) -> Finding | None:
    before = text_at(read.path, read.version, state)
    after = text_of(head, state)
    lines = (Lines(write.path, use.line, use.line),)
    old = parse(before) if before else None
    new = parse(after) if after else None
    if not after and after is not None:
        return _finding(read, head, write, state, "all of it", Verdict.FOUND, lines)
    if old is None or new is None:
        return _finding(read, head, write, state, "", Verdict.UNKNOWN, lines)
    part = _touched(old, new, use)
    if part == _UNTOUCHED:
        return None
    return _finding(read, head, write, state, part, Verdict.FOUND, lines)


def _touched(old: Source, new: Source, use: Uses) -> str:
    """Which of the used names mean something else now, in words."""
    if EVERYTHING in use.names:
        return _UNTOUCHED if old.whole == new.whole else "what it imports"
    differing = [
        name for name in sorted(use.names) if old.symbols.get(name) != new.symbols.get(name)
    ]
    return listed(differing) if differing else _UNTOUCHED


def _finding(
    read: FileRead,
    head: Version,
    write: FileWritten,
    state: State,
    part: str,
    verdict: Verdict,
    lines: tuple[Lines, ...],
) -> Finding:
    agent, author = write.agent, who(head.author)
    same = read.path == write.path
    acts = "" if same else f", which imports {read.path}"
    changed = f"had changed {part}" if part else "may have changed what it used"
    finding = Finding(
        id=f"{Kind.STALE_READ}:{read.path}:{read.seq}:{write.seq}",
        kind=Kind.STALE_READ,
        severity=Severity.MEDIUM,
        verdict=verdict,
        agents=(head.author, agent),
        paths=each_once((write.path, read.path)),
        tasks=each_once((head.task, *tasks_of(write, state))),
        witness=witness(
            Step(read.seq, f"{agent} read version {read.version} of {read.path}"),
            Step(head.seq, f"{author} made version {head.number}, which {agent} has not read"),
            Step(write.seq, f"{agent} {verb(write)} {write.path}{acts}"),
        ),
        lines=lines,
        summary=sentence(
            f"{agent} {verb(write)} {write.path} on version {read.version} of {read.path}; "
            f"{author}'s version {head.number} {changed}."
        ),
        seq=write.seq,
        t=write.t,
        case=f"write:{write.seq}",
        facts={
            "read": str(read.version),
            "head": str(head.number),
            "part": part or "unknown",
            **({"older": str(head.number), "newer": str(write.version)} if same else {}),
        },
    )
    return doubted(finding, state.gaps.of(agent, read.seq))
