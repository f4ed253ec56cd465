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


def kinds(world: World) -> list[str]:
    """The kinds found, sorted."""
    return sorted(finding.kind.value for finding in found(world.events))


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
