"""Helpers to fold histories into findings and to compare those."""

from collections.abc import Iterable
from typing import Any

from tests.world import World
from workspaces.anomalies.finding import Finding, Kind
from workspaces.anomalies.registry import Findings
from workspaces.history.events import AnyEvent
from workspaces.history.state import State


def found(events: Iterable[AnyEvent]) -> list[Finding]:
    """All findings of a history."""
    state, findings = State(), Findings()
    for event in events:
        state.apply(event)
        findings.observe(event, state)
    return findings.all


def only(world: World, kind: Kind) -> Finding:
    """The one finding of that kind."""
    (finding,) = [finding for finding in found(world.events) if finding.kind is kind]
    return finding


PAIRS = frozenset({Kind.CONCURRENT_WRITE, Kind.OVERWRITE, Kind.FOLLOW_UP})
"""The kinds that compare a write with one other write and nothing else."""


def kinds(world: World, among: frozenset[Kind] = PAIRS) -> list[str]:
    """The kinds found of those `among`, sorted."""
    return sorted(f.kind.value for f in found(world.events) if f.kind in among)


def of_kind(world: World, kind: Kind) -> list[Finding]:
    """All findings of that kind, in order."""
    return [finding for finding in found(world.events) if finding.kind is kind]


def check_evidence(world: World, finding: Finding) -> None:
    """The finding's evidence is in the history, in order, and reads as a sentence."""
    seqs = [step.seq for step in finding.witness]
    assert seqs == sorted(set(seqs))
    assert seqs
    assert all(0 < seq <= finding.seq for seq in seqs)
    assert all(step.reason for step in finding.witness)
    assert finding.summary.endswith(".")
    assert "  " not in finding.summary
    assert finding.agents


def essence(finding: Finding) -> tuple[Any, ...]:
    """What a finding says, without numbers that depend on where it stands in the history."""
    return (
        finding.kind,
        finding.severity,
        finding.verdict,
        finding.agents,
        finding.paths,
        finding.tasks,
        len(finding.witness),
        finding.lines,
        finding.summary,
        sorted(finding.facts.items()),
    )
