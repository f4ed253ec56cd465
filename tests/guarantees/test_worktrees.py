"""Worktrees under random agents, schedules and faults."""

from pathlib import Path

import pytest

from tests.guarantees.oracles import lost_updates
from tests.guarantees.seeds import batches, sessions
from workspaces.history import events as e


@pytest.mark.parametrize("seeds", batches(12, 3000), ids=str)
def test_worktrees_lose_no_update_of_the_shared_tree(template: Path, seeds: range) -> None:
    seen: set[type] = set()
    for seed, events in sessions(template, "worktrees", seeds):
        assert not list(lost_updates(events)), seed
        seen |= set(map(type, events))
    assert {e.Merged, e.MergeRefused, e.WorktreeUpdated} <= seen
