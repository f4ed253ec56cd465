"""Write skew: each of two agents wrote on a premise that the other was changing.

Exact (A5B of Berenson et al. 1995, with happens-before for overlap): A has recently read a version
of x and writes y, B has recently read a version of y and writes x (x and y differ), the two writes
are concurrent, and neither read holds the other's write or a later version. A read is recent in the
turn in which it was made and the next (`turns`). Not reported when the change is compatible: both
files are Python that parses, and neither write changed or took away a definition that its version
before had at the top level (bodies of functions aside).
"""

from collections.abc import Iterable
from typing import NamedTuple

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.sources import is_python, parse
from workspaces.anomalies.turns import RecentReads
from workspaces.anomalies.witness import each_once, witness
from workspaces.anomalies.writes import tasks_of, text_at, verb
from workspaces.history.clocks import precedes
from workspaces.history.events import AnyEvent, FileRead, FileWritten
from workspaces.history.state import State

MOST_WRITES = 4
"""Writes of one path by one agent that are kept, the newest."""


class _Premised(NamedTuple):
    write: FileWritten
    reads: dict[str, FileRead]
    gap: int
    """The last event that proved a loss of the writer's steps: it may have read again."""

    def doubtful(self, path: str) -> bool:
        """Whether a later read of the path may be missing."""
        return self.gap > self.reads[path].seq


class WriteSkews:
    """Holds each write against the recent writes of the others."""

    kinds = (Kind.WRITE_SKEW,)
    events = RecentReads.events

    def __init__(self) -> None:
        self._reads = RecentReads()
        self._writes: dict[str, dict[str, list[_Premised]]] = {}
        """By path and agent."""

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """One finding for each write that `event` forms a skew with."""
        found: list[Finding] = []
        if isinstance(event, FileWritten) and not event.where:
            found = self._written(event, state)
        self._reads.observe(event)
        return found

    def _written(self, event: FileWritten, state: State) -> list[Finding]:
        reads = self._reads.of(event.agent)
        mine = _Premised(event, reads, state.gaps.last(event.agent))
        found: list[Finding] = []
        if not reads:
            return found
        for path, read in reads.items():
            for agent, others in self._writes.get(path, {}).items():
                # Versions only grow, so most agents' newest write tells that all have been read.
                if agent == event.agent or others[-1].write.version <= read.version:
                    continue
                found += [
                    doubted(_finding(theirs, mine, state), kept is None)
                    for theirs in others
                    if _skewed(theirs, mine) and not (kept := _compatible(theirs, mine, state))
                ]
        own = self._writes.setdefault(event.path, {}).setdefault(event.agent, [])
        own.append(mine._replace(reads=dict(reads)))
        del own[:-MOST_WRITES]
        return found


def _skewed(theirs: _Premised, mine: _Premised) -> bool:
    x, y = theirs.write, mine.write
    if x.path == y.path or y.path not in theirs.reads:
        return False
    # What they had read of y's path came before y.
    return mine.reads[x.path].version < x.version and not precedes(x, y)


def _compatible(theirs: _Premised, mine: _Premised, state: State) -> bool | None:
    """Whether both writes kept every definition that could be somebody's premise; `None` where a
    text that would tell is not recorded."""
    each = [_keeps(one.write, state) for one in (theirs, mine)]
    return False if False in each else None if None in each else True


def _keeps(write: FileWritten, state: State) -> bool | None:
    if not is_python(write.path):
        return False
    before = text_at(write.path, write.replaced, state)
    after = text_at(write.path, write.version, state)
    if before is None or after is None:
        return None
    old, new = parse(before), parse(after)
    if old is None or new is None:
        return False
    for name, print_ in old.symbols.items():
        if name in old.signatures:
            if new.signatures.get(name) != old.signatures[name]:
                return False
        elif new.symbols.get(name) != print_:
            return False
    return True


def _finding(theirs: _Premised, mine: _Premised, state: State) -> Finding:
    first, second = theirs.write, mine.write
    one, other = first.agent, second.agent
    saw, met = theirs.reads[second.path], mine.reads[first.path]
    finding = Finding(
        id=f"{Kind.WRITE_SKEW}:{second.path}:{first.seq}:{second.seq}",
        kind=Kind.WRITE_SKEW,
        severity=Severity.MEDIUM,
        verdict=Verdict.FOUND,
        agents=(one, other),
        paths=(first.path, second.path),
        tasks=each_once((*tasks_of(first, state), *tasks_of(second, state))),
        witness=witness(
            Step(saw.seq, f"{one} read version {saw.version} of {second.path}"),
            Step(met.seq, f"{other} read version {met.version} of {first.path}"),
            Step(first.seq, f"{one} {verb(first)} {first.path}, making version {first.version}"),
            Step(
                second.seq,
                f"{other} {verb(second)} {second.path}, making version {second.version}; neither "
                "had seen the other's version",
            ),
        ),
        summary=f"{one} wrote {first.path} having read {second.path} while {other} wrote "
        f"{second.path} having read {first.path}: each changed what the other relied on.",
        seq=second.seq,
        t=second.t,
        case=f"write:{second.seq}",
        facts={"rule": "A5B", "read": str(met.version), "other_read": str(saw.version)},
    )
    return doubted(finding, theirs.doubtful(second.path) or mine.doubtful(first.path))
