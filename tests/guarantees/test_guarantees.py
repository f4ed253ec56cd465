"""What each control promises, under random agents, schedules and faults.

Each seed is a session of its own. By default some 150 of them; `make test-long` plays 10,000.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.guarantees.oracles import lost_updates, zombies
from tests.guarantees.sessions import faults, play, repositories
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


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with repositories() as made:
        yield made


def sessions(template: Path, control: str, seeds: range) -> Iterator[tuple[int, list[e.AnyEvent]]]:
    for seed in seeds:
        with TemporaryDirectory(prefix="crosstalk-guarantee-") as folder:
            ordered = faults(seed, control)
            yield seed, play(template, Path(folder), seed, control, ordered=ordered)


def batches(size: int, quick: int, total: int) -> list[object]:
    """Ranges of seeds: the first `quick` ones always, the rest as long tests."""
    long = [
        pytest.param(range(start, start + size), marks=[pytest.mark.long, pytest.mark.timeout(900)])
        for start in range(quick, total, size)
    ]
    return [range(quick), *long]


def accepted(events: list[e.AnyEvent]) -> int:
    return sum(isinstance(ev, e.FileWritten) and ev.agent != e.SESSION for ev in events)


@pytest.mark.parametrize("seeds", batches(500, 50, 3550), ids=str)
def test_optimistic_never_loses_an_update(template: Path, seeds: range) -> None:
    refused = writes = 0
    for seed, events in sessions(template, "optimistic", seeds):
        assert not list(lost_updates(events)), seed
        writes += accepted(events)
        refused += sum(isinstance(ev, e.ActionRefused) and ev.code == "stale" for ev in events)
    assert writes > len(seeds)
    assert refused > len(seeds)


@pytest.mark.parametrize("seeds", batches(500, 50, 3550), ids=str)
def test_leases_accept_no_zombie_write(template: Path, seeds: range) -> None:
    codes: list[str] = []
    for seed, events in sessions(template, "leases", seeds):
        assert not list(zombies(events)), seed
        codes += [ev.code for ev in events if isinstance(ev, e.ActionRefused)]
        codes += [ev.reason for ev in events if isinstance(ev, e.LeaseEnded)]
    assert {"leased", "fenced", "released", "expired"} <= set(codes)


@pytest.mark.parametrize("seeds", batches(500, 25, 2925), ids=str)
def test_worktrees_lose_no_update_of_the_shared_tree(template: Path, seeds: range) -> None:
    seen: set[type] = set()
    for seed, events in sessions(template, "worktrees", seeds):
        assert not list(lost_updates(events)), seed
        seen |= set(map(type, events))
    assert {e.Merged, e.MergeRefused, e.WorktreeUpdated} <= seen


@pytest.mark.parametrize("control", ["none", "leases", "optimistic", "worktrees"])
def test_a_serial_history_has_no_findings(template: Path, tmp_path: Path, control: str) -> None:
    """One agent alone; and several that are asked one after another and read before they
    write."""
    for seed in range(3):
        alone = play(template, tmp_path / f"alone-{seed}", seed, control, agents=1)
        careful = play(template, tmp_path / f"careful-{seed}", seed, control, careful=True)
        for events in (alone, careful):
            assert accepted(events)
            assert not found(events) & SERIAL, seed


def test_without_control_the_oracle_finds_lost_updates(template: Path) -> None:
    """What the guarantees rule out does happen where nothing prevents it."""
    lost = [list(lost_updates(events)) for _, events in sessions(template, "none", range(6))]
    assert sum(map(bool, lost)) > 2


def test_a_session_with_faults_repeats(template: Path, tmp_path: Path) -> None:
    names = map(str, count())
    for control in ("leases", "worktrees"):
        ordered = "freeze@3s-80s,crash@20s-40s,conflicting-edit@5s,drop-messages@1s-50s"
        one, two = (
            play(template, tmp_path / next(names), 7, control, ordered=ordered) for _ in range(2)
        )
        assert one == two
        started = [ev for ev in one if isinstance(ev, e.FaultStarted)]
        ended = [ev for ev in one if isinstance(ev, e.FaultEnded)]
        assert [ev.fault for ev in started]
        assert {ev.number for ev in started} == {ev.number for ev in ended}


def found(events: list[e.AnyEvent]) -> set[str]:
    state, findings = State(), Findings()
    for event in events:
        state.apply(event)
        findings.observe(event, state)
    return {kind for kind, number in findings.counts().items() if number}
