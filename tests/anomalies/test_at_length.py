"""Stories that planted histories told first: several at once, and what lasts for many turns."""

from random import Random

import pytest

from tests.anomalies.stories import found
from tests.planting.stage import Stage
from workspaces.anomalies.finding import Finding, Kind
from workspaces.history import events as e


def staged(*roster: str) -> Stage:
    return Stage(Random(0), roster or ("ada", "bob"))


def of(stage: Stage, kind: Kind) -> list[Finding]:
    return [finding for finding in found(stage.events) if finding.kind is kind]


def wait_for_lease(stage: Stage, agent: str, path: str) -> None:
    stage.add(
        e.ActionRefused(
            agent=agent, turn=1, action="write", target=path, code="leased", reason="no"
        )
    )
    stage.end(agent)


def lock(stage: Stage, a: str, b: str) -> None:
    """Each comes to wait for a file leased to the other."""
    for agent in (a, b):
        stage.act(agent)
        lease = e.LeaseGranted(agent=agent, path=f"{agent}.txt", token=1, expires=1e6)
        stage.add(lease)
    wait_for_lease(stage, a, f"{b}.txt")
    wait_for_lease(stage, b, f"{a}.txt")


def test_two_deadlocks_at_once_are_told_once_each() -> None:
    stage = staged("ada", "bob", "cy", "dee")
    lock(stage, "ada", "bob")
    lock(stage, "cy", "dee")
    for _ in range(2):
        for agent in stage.roster:
            stage.fresh(agent)
            stage.end(agent)
    told = of(stage, Kind.DEADLOCK)
    assert [sorted(finding.agents) for finding in told] == [["ada", "bob"], ["cy", "dee"]]
    assert [finding.facts["cycle"] for finding in told] == ["bob -> ada -> bob", "dee -> cy -> dee"]


def test_a_deadlock_that_was_broken_is_told_again() -> None:
    stage = staged()
    lock(stage, "ada", "bob")
    stage.write("ada", "own.txt", "one\n")
    stage.fresh("ada")
    wait_for_lease(stage, "ada", "bob.txt")
    assert len(of(stage, Kind.DEADLOCK)) == 2


@pytest.mark.parametrize("turns", [0, 1, 5])
def test_a_skew_is_one_however_long_ago_the_other_wrote(turns: int) -> None:
    """What must be recent is each writer's reading at its own write."""
    stage = staged()
    for path in ("x.txt", "y.txt"):
        stage.write(e.SESSION, path, stage.lines())
    stage.read("ada", "x.txt")
    stage.read("bob", "y.txt")
    stage.write("ada", "y.txt", stage.lines())
    for _ in range(turns):
        stage.fresh("ada")
    stage.write("bob", "x.txt", stage.lines())
    assert len(of(stage, Kind.WRITE_SKEW)) == 1


@pytest.mark.parametrize("went_on", [True, False])
def test_a_lease_that_ran_out_orphans_nothing_if_its_holder_went_on(went_on: bool) -> None:
    stage = staged()
    stage.assign("ada", stage.task())
    stage.act("ada")
    stage.add(e.LeaseGranted(agent="ada", path="a.txt", token=1, expires=stage.now + 2))
    stage.end("ada")
    stage.now += 10
    if went_on:
        stage.fresh("ada")
        stage.end("ada")
    stage.add(e.RoundStarted(round=2))
    assert len(of(stage, Kind.ORPHAN_CLAIM)) == (not went_on)
