"""Optimistic control under random agents, schedules and faults."""

from pathlib import Path

import pytest

from tests.guarantees.oracles import lost_updates
from tests.guarantees.seeds import accepted, batches, sessions
from workspaces.history import events as e


@pytest.mark.parametrize("seeds", batches(30, 3500), ids=str)
def test_optimistic_never_loses_an_update(template: Path, seeds: range) -> None:
    refused = writes = 0
    for seed, events in sessions(template, "optimistic", seeds):
        assert not list(lost_updates(events)), seed
        writes += accepted(events)
        refused += sum(isinstance(ev, e.ActionRefused) and ev.code == "stale" for ev in events)
    assert writes > len(seeds)
    assert refused > len(seeds)


def test_without_control_the_oracle_finds_lost_updates(template: Path) -> None:
    """What the guarantees rule out does happen where nothing prevents it."""
    lost = [list(lost_updates(events)) for _, events in sessions(template, "none", range(6))]
    assert sum(map(bool, lost)) > 2
