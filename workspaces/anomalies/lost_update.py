"""Lost updates: a writer who had seen an older version wrote over a newer one.

Exact (P4 of Berenson et al. 1995, by versions): agent A wrote `w` of a path, `base(w)` is a version
that A had read or written or its absence (0), `pred(w)` is a later version by somebody else, and
the bytes of base, pred and w differ. It is *strong* when something of what others changed from
base to pred did not survive in w: a line they added is gone, or one they took away is back. When
everything survived, it is reported all the same, as low: nobody made sure of it. An edit was
applied to pred itself, so it counts only when it is strong.

A writer who had not seen the path at all is not one of these: that is an overwrite. What an
outside writer had seen is unknown, and reported as unknown when lines are lost. If the author puts
the lost lines back later, that is noted (`clear`, in the same case); the loss stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict
from workspaces.anomalies.hunks import changes, lines_of, ranges, split
from workspaces.anomalies.survival import survival
from workspaces.anomalies.witness import counted, each_once, witness
from workspaces.anomalies.writes import (
    Reads,
    Write,
    base_of,
    had_seen,
    is_write,
    sentence,
    tasks_of,
    text_at,
    text_of,
    verb,
    who,
)
from workspaces.history.events import (
    OUTSIDE,
    SESSION,
    AnyEvent,
    FileRead,
    FileWritten,
    OutsideWrite,
)
from workspaces.history.state import State, Version

WATCHED = 4
"""Losses of one path for whose return is looked."""
SHOWN = 12
"""Runs of lost lines that the facts name."""


@dataclass(slots=True)
class _Watch:
    finding: Finding
    author: str
    lines: frozenset[str]


class LostUpdates:
    """Compares each write with the version it replaced and the one its writer had seen."""

    kinds = (Kind.LOST_UPDATE,)
    events = (FileRead, FileWritten, OutsideWrite)

    def __init__(self) -> None:
        self._reads = Reads()
        self._watches: dict[str, list[_Watch]] = {}

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The update that `event` lost, or those that it put back."""
        self._reads.observe(event)
        if not is_write(event):
            return ()
        found = self._returned(event, state)
        finding = self._judge(event, state)
        if finding:
            found.append(finding)
        return found

    def _judge(self, event: Write, state: State) -> Finding | None:
        pred = state.version(event.path, event.replaced)
        base = pred.number - 1 if pred and event.agent == OUTSIDE else base_of(event)
        if pred is None or pred.author in (event.agent, SESSION) or not 0 <= base < pred.number:
            return None
        seen = state.version(event.path, base)
        was = seen.blob if seen else ""
        if event.blob == pred.blob or pred.blob == was:
            return None
        loss = _Loss(event, pred, base, state)
        blind = isinstance(event, FileWritten) and not event.edit
        if not blind and not loss.strong:
            return None
        finding = self._finding(event, pred, base, loss, state)
        if loss.lines_gone:
            watches = self._watches.setdefault(event.path, [])
            watches.append(_Watch(finding, pred.author, loss.lines_gone))
            del watches[:-WATCHED]
        return finding

    def _finding(
        self, event: Write, pred: Version, base: int, loss: "_Loss", state: State
    ) -> Finding:
        writer, author = who(event.agent), who(pred.author)
        unknown = event.agent == OUTSIDE or loss.unknown
        knew = had_seen(event)
        return Finding(
            id=f"{Kind.LOST_UPDATE}:{event.path}:{pred.seq}:{event.seq}",
            kind=Kind.LOST_UPDATE,
            severity=loss.severity,
            verdict=Verdict.UNKNOWN if unknown else Verdict.FOUND,
            agents=(pred.author, event.agent),
            paths=(event.path,),
            tasks=each_once((pred.task, *tasks_of(event, state))),
            witness=witness(
                self._reads.evidence(event),
                Step(pred.seq, f"{author} made version {pred.number}"),
                Step(
                    event.seq,
                    f"{writer} {verb(event)} version {event.version} over it, {knew}; "
                    f"{loss.clause}",
                ),
            ),
            lines=loss.lines,
            summary=sentence(
                f"{writer} {verb(event)} {event.path} over {author}'s version {pred.number}, "
                f"{knew}; {loss.clause}."
            ),
            seq=event.seq,
            t=event.t,
            case=f"write:{event.seq}",
            facts={
                "older": str(pred.number),
                "newer": str(event.version),
                "base": "unknown" if event.agent == OUTSIDE else str(base),
                **loss.facts,
            },
        )

    def _returned(self, event: Write, state: State) -> list[Finding]:
        """Notes on losses whose lines are all there again."""
        watches = self._watches.get(event.path)
        if not watches:
            return []
        text = text_at(event.path, event.version, state)
        if text is None:
            return []
        there = set(split(text))
        back = [w for w in watches if w.lines <= there]
        self._watches[event.path] = [w for w in watches if w not in back]
        return [_note(watch, event) for watch in back]


def _note(watch: _Watch, event: Write) -> Finding:
    first = watch.finding
    by = "its author" if event.agent == watch.author else who(event.agent)
    return Finding(
        id=f"{first.id}:back",
        kind=first.kind,
        severity=Severity.INFO,
        verdict=Verdict.CLEAR,
        agents=each_once((*first.agents, event.agent)),
        paths=first.paths,
        tasks=first.tasks,
        witness=witness(
            Step(first.seq, "the lines were lost"),
            Step(event.seq, f"{who(event.agent)} put them back in version {event.version}"),
        ),
        summary=f"The lines of {event.path} that were lost were put back by {by}.",
        seq=event.seq,
        t=event.t,
        case=first.case,
        facts={"older": first.facts["newer"], "newer": str(event.version), "back": "yes"},
    )


class _Loss:
    """What others had changed since the writer's base, and the new version lacks."""

    def __init__(self, event: Write, pred: Version, seen: int, state: State) -> None:
        base, old = text_at(event.path, seen, state), text_of(pred, state)
        new = text_at(event.path, event.version, state)
        self.lines: tuple[Lines, ...] = ()
        self.lines_gone: frozenset[str] = frozenset()
        self.unknown = True
        self.strong = False
        self.severity = Severity.MEDIUM
        self.facts: dict[str, str] = {"strong": "unknown"}
        self.clause = "what was lost is unknown, because a text was not stored"
        if base is None or old is None or new is None:
            return
        self.unknown = False
        result = survival(base, old, new)
        before, gone = split(old), result.gone
        self.strong = not result.whole
        self.lines_gone = frozenset(before[number - 1] for number in gone)
        self.lines = lines_of(event.path, changes(old, new))
        self.facts = {"strong": "yes" if self.strong else "no", "lost": str(len(gone))}
        if gone:
            runs = ranges(gone)[:SHOWN]
            self.facts["lost_lines"] = ",".join(f"{a}-{b}" if a < b else f"{a}" for a, b in runs)
        if result.undone:
            self.facts["undone"] = str(result.undone)
        self.clause = _clause(len(gone), result.added, result.undone)
        self.severity = Severity.LOW if not self.strong else Severity.HIGH


def _clause(gone: int, work: int, undone: int) -> str:
    """What happened to the lines, as a clause."""
    if gone and gone == work:
        return f"{'the line' if gone == 1 else f'all {gone} lines'} added meanwhile did not survive"
    if gone:
        return f"{gone} of the {work} lines added meanwhile did not survive"
    if undone:
        return f"{counted(undone, 'line')} taken out meanwhile came back"
    return "what had changed meanwhile is still there"
