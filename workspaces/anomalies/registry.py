"""All detectors, and the fold of a history into its findings."""

from collections.abc import Iterable

from workspaces.anomalies.concurrent_write import ConcurrentWrites
from workspaces.anomalies.detector import Detector
from workspaces.anomalies.finding import Finding, Kind, Verdict
from workspaces.anomalies.overwrite import Overwrites
from workspaces.history.events import AnyEvent
from workspaces.history.state import State


def detectors() -> tuple[Detector, ...]:
    """A fresh instance of each detector, in the order in which their findings are listed."""
    return (ConcurrentWrites(), Overwrites())


class Findings:
    """Every detector's findings over one history, in the order they were found."""

    def __init__(self, using: Iterable[Detector] | None = None) -> None:
        self._detectors = detectors() if using is None else tuple(using)
        self.all: list[Finding] = []
        self._by_kind: dict[Kind, list[Finding]] = {kind: [] for kind in Kind}

    def observe(self, event: AnyEvent, state: State) -> list[Finding]:
        """The new findings at `event`; `state` has already moved past it."""
        new = [finding for d in self._detectors for finding in d.observe(event, state)]
        for finding in new:
            self.all.append(finding)
            self._by_kind[finding.kind].append(finding)
        return new

    def by_kind(self) -> dict[Kind, tuple[Finding, ...]]:
        """The findings of every kind, none left out."""
        return {kind: tuple(found) for kind, found in self._by_kind.items()}

    def counts(self, *verdicts: Verdict) -> dict[str, int]:
        """How many there are of every kind, 0 where there are none.

        Counts those whose verdict is one of `verdicts`; without any, all that are not `clear`:
        a write from outside must show in the numbers even though nobody can prove it blind.
        """
        wanted = verdicts or (Verdict.FOUND, Verdict.UNKNOWN)
        return {
            kind.value: sum(finding.verdict in wanted for finding in found)
            for kind, found in self._by_kind.items()
        }
