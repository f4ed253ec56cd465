"""Every kind of team under random agents, schedules and faults: as leads, adders and verifiers
too, in rounds and without, with every recovery."""

from itertools import product
from pathlib import Path

import pytest

from agents.teams import recovery, team
from tests.guarantees.graph import own_verdicts, raced, wrongs
from tests.guarantees.oracles import lost_updates, zombies
from tests.guarantees.seeds import batches, sessions
from tests.guarantees.sessions import Kind
from workspaces.files.controls.control import NAMES as CONTROLS
from workspaces.history import events as e

KINDS = [Kind(*chosen) for chosen in product(team.NAMES, ("rounds", "free"), recovery.NAMES)]
FAULTED = ("double-grant", "second-lead", "stale-save")
"""Faults that do to tasks what no team does."""


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("seeds", batches(len(KINDS), 20 * len(KINDS)), ids=str)
def test_what_holds_of_tasks_and_files_holds_on_every_team(
    template: Path, control: str, seeds: range
) -> None:
    seen: set[type] = set()
    for seed, events in sessions(template, control, seeds, KINDS):
        seen |= set(map(type, events))
        where = (seed, KINDS[seed % len(KINDS)])
        faults = {event.fault for event in events if isinstance(event, e.FaultStarted)}
        if faults.isdisjoint(FAULTED):
            assert not list(wrongs(events)), where
            assert not list(own_verdicts(events)), where
        assert not list(raced(events)), where
        if control in ("optimistic", "worktrees"):
            assert not list(lost_updates(events)), where
        if control == "leases":
            assert not list(zombies(events)), where
        ended = events[-1]
        assert isinstance(ended, e.SessionEnded)
        assert ended.reason in ("done", "round-limit") or "crashed" in ended.detail, ended
    assert {e.TaskAdded, e.TaskAssigned, e.TaskVerified, e.TaskClosed, e.ScriptEnded} <= seen
    assert {e.HeartbeatMissed, e.BackupStarted} <= seen
