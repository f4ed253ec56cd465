"""All detectors, and the fold of a history into its findings."""

from collections.abc import Iterable

from workspaces.anomalies.broken_caller import BrokenCallers
from workspaces.anomalies.concurrent_write import ConcurrentWrites
from workspaces.anomalies.deadlock import Deadlocks
from workspaces.anomalies.dependency_violation import DependencyViolations
from workspaces.anomalies.detector import Detector
from workspaces.anomalies.dirty_read import DirtyReads
from workspaces.anomalies.duplicate_work import DuplicateWork
from workspaces.anomalies.false_completion import FalseCompletions
from workspaces.anomalies.finding import Finding, Kind, Verdict
from workspaces.anomalies.hidden_dependency import HiddenDependencies
from workspaces.anomalies.idle import Idleness
from workspaces.anomalies.interference import Interferences
from workspaces.anomalies.livelock import Livelocks
from workspaces.anomalies.lost_message import LostMessages
from workspaces.anomalies.lost_update import LostUpdates
from workspaces.anomalies.merge_conflict import MergeConflicts
from workspaces.anomalies.orphan_claim import OrphanClaims
from workspaces.anomalies.overwrite import Overwrites
from workspaces.anomalies.split_brain import SplitBrains
from workspaces.anomalies.stale_read import StaleReads
from workspaces.anomalies.straggler import Stragglers
from workspaces.anomalies.tampering import Tampering
from workspaces.anomalies.write_skew import WriteSkews
from workspaces.anomalies.zombie_write import ZombieWrites
from workspaces.history.events import AnyEvent
from workspaces.history.state import State


def detectors() -> tuple[Detector, ...]:
    """A fresh instance of each detector, in the order in which their findings are listed."""
    return (
        ConcurrentWrites(),
        Overwrites(),
        LostUpdates(),
        StaleReads(),
        DirtyReads(),
        WriteSkews(),
        BrokenCallers(),
        MergeConflicts(),
        DependencyViolations(),
        HiddenDependencies(),
        DuplicateWork(),
        Deadlocks(),
        Livelocks(),
        Stragglers(),
        Idleness(),
        LostMessages(),
        SplitBrains(),
        ZombieWrites(),
        FalseCompletions(),
        Tampering(),
        OrphanClaims(),
        Interferences(),
    )


class Findings:
    """Every detector's findings over one history, in the order they were found."""

    def __init__(self, using: Iterable[Detector] | None = None) -> None:
        self._wanted: dict[type, list[Detector]] = {}
        for detector in detectors() if using is None else using:
            for kind_of_event in dict.fromkeys(detector.events):
                self._wanted.setdefault(kind_of_event, []).append(detector)
        self.all: list[Finding] = []
        self._by_kind: dict[Kind, list[Finding]] = {kind: [] for kind in Kind}
        self._filed = 0
        """How many of all have been put there: only who asks for them needs that."""

    def observe(self, event: AnyEvent, state: State) -> list[Finding]:
        """The new findings at `event`; `state` has already moved past it."""
        wanted = self._wanted.get(type(event))
        if not wanted:
            return []
        new = [finding for detector in wanted for finding in detector.observe(event, state)]
        for finding in new:
            self.adopt(finding)
        return new

    def adopt(self, finding: Finding) -> None:
        """Take in a finding that another fold of the same history has made."""
        self.all.append(finding)

    def begin(self, found: list[Finding]) -> None:
        """Have these, and no others, from another fold of the same history."""
        self.all = found
        self._filed = 0
        self._by_kind = {kind: [] for kind in Kind}

    def by_kind(self) -> dict[Kind, tuple[Finding, ...]]:
        """The findings of every kind, none left out."""
        for finding in self.all[self._filed :]:
            self._by_kind[finding.kind].append(finding)
        self._filed = len(self.all)
        return {kind: tuple(found) for kind, found in self._by_kind.items()}

    def counts(self, *verdicts: Verdict) -> dict[str, int]:
        """How many there are of every kind, 0 where there are none.

        Counts those whose verdict is one of `verdicts`; without any, all that are not `clear`:
        a write from outside must show in the numbers even though nobody can prove it blind.
        """
        wanted = verdicts or (Verdict.FOUND, Verdict.UNKNOWN)
        return {
            kind.value: sum(finding.verdict in wanted for finding in found)
            for kind, found in self.by_kind().items()
        }
