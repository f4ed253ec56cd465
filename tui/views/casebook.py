"""All cases of a history up to a moment, and whom and what they touch.

Findings come in the order in which they come to light, so the book of an earlier moment is a
beginning of each list in it: `at` makes one without filing any finding again. The reader's mutes
are judged when a finding is filed.
"""

from array import array
from bisect import bisect_right
from heapq import nlargest
from typing import Final

from tui.views.case import Case
from workspaces.anomalies.finding import Finding, Severity, Verdict
from workspaces.anomalies.muting import Muting

_QUIET: Final = 8
"""Added to the rank of a case that is muted or acknowledged."""
_RANKS: Final = tuple(severity.rank for severity in reversed(Severity))


class CaseBook:
    """The fold of findings into cases."""

    def __init__(self, muting: Muting) -> None:
        self.muting = muting
        self.cases: list[Case] = []
        """In the order in which they were found."""
        self._places: dict[str, int] = {}
        """Where each case is in that list; shared by all books of a history, for each has the same
        cases in the same places, or not yet."""
        self._ranks = bytearray()
        """How grave each case is, with `_QUIET` where it is quiet."""
        self._leads = array("Q")
        """The event of the finding that names each case."""
        self._firsts = array("Q")
        self._lasts = array("Q")
        """The events of each case's first and last finding."""
        self._shared = 0
        """Cases up to this place may be in another book too."""
        self._owned: set[int] = set()
        self._agents: dict[str, list[tuple[int, Severity]]] = {}
        self._paths: dict[str, list[tuple[int, Severity]]] = {}
        """When each agent and path was first touched, and when more gravely."""
        self.touched: dict[str, Severity] = {}
        """Agents that findings touch, with the gravest severity; what is for information only, or
        quiet, does not count."""
        self.contested: dict[str, Severity] = {}
        """Paths that findings touch, likewise."""

    def file(self, finding: Finding) -> bool:
        """Take the next finding in; whether it asks for attention."""
        place = self._places.setdefault(finding.case, len(self.cases))
        if place == len(self.cases):
            self.cases.append(Case(finding.case))
            self._ranks.append(0)
            self._leads.append(0)
            self._firsts.append(finding.seq)
            self._lasts.append(finding.seq)
        elif place < self._shared and place not in self._owned:
            self._owned.add(place)
            self.cases[place] = self.cases[place].copy()
        case = self.cases[place]
        case.add(finding, self.muting)
        self._lasts[place] = finding.seq
        self._weigh(place)
        return self._alarm(finding, case)

    def judge(self) -> None:
        """Find out anew what is quiet: the mutes have changed."""
        for part in (self._agents, self._paths, self.touched, self.contested):
            part.clear()
        self._own_all()
        for place, case in enumerate(self.cases):
            case.judge(self.muting)
            self._weigh(place)
        for finding in sorted(self.loud(), key=lambda finding: finding.seq):
            self._touch(finding)

    def loud(self) -> list[Finding]:
        """The findings that ask for attention."""
        return [finding for case in self.cases for finding in case.loud]

    def counts(self) -> dict[Severity, int]:
        """How many cases ask for attention, by severity, the gravest first."""
        return {severity: self._ranks.count(severity.rank) for severity in reversed(Severity)}

    @property
    def quiet(self) -> int:
        """How many cases are muted or acknowledged."""
        return sum(self._ranks.count(_QUIET + rank) for rank in _RANKS)

    def gravest(self, most: int, quiet: bool) -> list[Case]:
        """So many cases at most, the gravest first and of those the newest; those that are quiet
        after all others, if at all."""
        found: list[int] = []
        for wanted in (*_RANKS, *(_QUIET + rank for rank in _RANKS if quiet)):
            places = [place for place, rank in enumerate(self._ranks) if rank == wanted]
            found += nlargest(most - len(found), places, key=self._leads.__getitem__)
        return [self.cases[place] for place in found]

    def at(self, seq: int) -> "CaseBook":
        """The book as it was after event `seq`, to go its own way. Cases that had all their
        findings by then are in both."""
        count = bisect_right(self._firsts, seq)
        new = CaseBook(self.muting)
        new._places = self._places
        new.cases = self.cases[:count]
        new._ranks = self._ranks[:count]
        new._leads, new._firsts = self._leads[:count], self._firsts[:count]
        new._lasts = self._lasts[:count]
        new._shared = count
        for place, last in enumerate(new._lasts):
            if last > seq:
                new._cut(place, seq)
        new._agents, new.touched = _until(self._agents, seq)
        new._paths, new.contested = _until(self._paths, seq)
        self._owned.clear()
        self._shared = len(self.cases)
        return new

    def _cut(self, place: int, seq: int) -> None:
        case = self.cases[place]
        findings = [finding for finding in case.findings if finding.seq <= seq]
        reasons = {f.id: case.reasons[f.id] for f in findings if f.id in case.reasons}
        self.cases[place] = Case(case.id, findings, reasons)
        self._owned.add(place)
        self._lasts[place] = max(finding.seq for finding in findings)
        self._weigh(place)

    def _own_all(self) -> None:
        for place in range(self._shared):
            if place not in self._owned:
                self.cases[place] = self.cases[place].copy()
        self._shared = 0
        self._owned.clear()

    def _weigh(self, place: int) -> None:
        case = self.cases[place]
        self._ranks[place] = case.severity.rank + (_QUIET if case.quiet else 0)
        self._leads[place] = case.lead.seq

    def _alarm(self, finding: Finding, case: Case) -> bool:
        if finding.id in case.reasons:
            return False
        self._touch(finding)
        return alarming(finding)

    def _touch(self, finding: Finding) -> None:
        if alarming(finding):
            for agent in finding.agents:
                _raise(agent, finding, self.touched, self._agents)
            for path in finding.paths:
                _raise(path, finding, self.contested, self._paths)


def alarming(finding: Finding) -> bool:
    """Whether a finding marks whom and what it touches: one for information only does not."""
    return finding.severity is not Severity.INFO and finding.verdict is not Verdict.CLEAR


def _raise(
    name: str,
    finding: Finding,
    now: dict[str, Severity],
    past: dict[str, list[tuple[int, Severity]]],
) -> None:
    before = now.get(name)
    if before is None or before < finding.severity:
        now[name] = finding.severity
        past.setdefault(name, []).append((finding.seq, finding.severity))


def _until(
    past: dict[str, list[tuple[int, Severity]]], seq: int
) -> tuple[dict[str, list[tuple[int, Severity]]], dict[str, Severity]]:
    """What had been touched by event `seq`, and how gravely in the end."""
    known = {
        name: found
        for name, raised in past.items()
        if (found := [entry for entry in raised if entry[0] <= seq])
    }
    return known, {name: raised[-1][1] for name, raised in known.items()}
