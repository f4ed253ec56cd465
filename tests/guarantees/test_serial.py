"""Where nothing happens side by side there is nothing to find; and faults can be repeated."""

from pathlib import Path

import pytest

from tests.guarantees.seeds import accepted, batches
from tests.guarantees.sessions import play
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import State

SERIAL = frozenset(
    {
        "concurrent-write", "overwrite", "lost-update", "stale-read", "write-skew",
        "merge-conflict", "zombie-write", "split-brain", "deadlock", "livelock", "lost-message",
        "interference",
    }
)  # fmt: skip
"""Kinds that one thing after another cannot have."""


@pytest.mark.parametrize("control", ["none", "leases", "optimistic", "worktrees"])
@pytest.mark.parametrize("seeds", batches(3, 250), ids=str)
def test_a_serial_history_has_no_findings(
    template: Path, tmp_path: Path, seeds: range, control: str
) -> None:
    """One agent alone; and several that are asked one after another and read before they
    write."""
    writes = 0
    for seed in seeds:
        alone = play(template, tmp_path / f"alone-{seed}", seed, control, agents=1)
        careful = play(template, tmp_path / f"careful-{seed}", seed, control, careful=True)
        for events in (alone, careful):
            writes += accepted(events)
            assert not found(events) & SERIAL, seed
    assert writes > 4 * len(seeds)


def test_a_session_with_faults_repeats(template: Path, tmp_path: Path) -> None:
    ordered = "freeze@3s-80s,crash@20s-40s,conflicting-edit@5s,drop-messages@1s-50s"
    for control in ("leases", "worktrees"):
        one, two = (
            play(template, tmp_path / f"{control}-{n}", 7, control, ordered=ordered)
            for n in range(2)
        )
        assert one == two
        started = [ev.number for ev in one if isinstance(ev, e.FaultStarted)]
        assert started
        assert set(started) == {ev.number for ev in one if isinstance(ev, e.FaultEnded)}


def found(events: list[e.AnyEvent]) -> set[str]:
    state, findings = State(), Findings()
    for event in events:
        state.apply(event)
        findings.observe(event, state)
    return {kind for kind, number in findings.counts().items() if number}
