"""Leases under random agents, schedules and faults."""

from pathlib import Path

import pytest

from tests.guarantees.oracles import zombies
from tests.guarantees.seeds import batches, sessions
from workspaces.history import events as e


@pytest.mark.parametrize("seeds", batches(48, 3500), ids=str)
def test_leases_accept_no_zombie_write(template: Path, seeds: range) -> None:
    codes: list[str] = []
    for seed, events in sessions(template, "leases", seeds):
        assert not list(zombies(events)), seed
        codes += [ev.code for ev in events if isinstance(ev, e.ActionRefused)]
        codes += [ev.reason for ev in events if isinstance(ev, e.LeaseEnded)]
    assert {"leased", "fenced", "released", "expired"} <= set(codes)
