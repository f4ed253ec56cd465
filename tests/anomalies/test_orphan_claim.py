"""Orphaned claims, at the edges: the round, and the moment, from which a holder is gone."""

import pytest

from tests.anomalies.stories import of_kind, only
from tests.anomalies.team import Team
from workspaces.anomalies.finding import Kind, Severity
from workspaces.anomalies.orphan_claim import ROUNDS
from workspaces.history import events as e

KIND = Kind.ORPHAN_CLAIM


def rules(team: Team) -> list[str]:
    return [finding.facts["rule"] for finding in of_kind(team, KIND)]


def rounds(team: Team, count: int = 1, seconds: float = 1.0) -> None:
    for _ in range(count):
        team.now += seconds
        team.add(e.RoundStarted(round=team.state.round + 1))


def test_who_never_took_a_step_is_silent_from_the_fourth_round_on() -> None:
    """The first round begins before the task is assigned."""
    team = Team()
    team.assign(e.SESSION, "task-0", "ada")
    rounds(team, ROUNDS - 1)
    assert rules(team) == []
    rounds(team)
    finding = only(team, KIND)
    assert finding.facts["rule"] == "silent"
    assert finding.severity is Severity.MEDIUM
    assert [step.reason for step in finding.witness] == [
        "ada's last sign of life",
        "ada has taken no step in 3 rounds, holding task-0",
    ]


def test_who_stopped_is_told_of_once_however_long_it_is_silent() -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.add(e.AgentStopped(agent="ada", reason="crashed"))
    rounds(team, 2 * ROUNDS)
    finding = only(team, KIND)
    assert finding.facts["rule"] == "stopped"
    assert finding.severity is Severity.HIGH
    assert [step.seq for step in finding.witness] == [finding.seq]
    assert "last sign" not in finding.witness[0].reason


@pytest.mark.parametrize(("until", "told"), [(3.0, ["lease"]), (4.0, ["lease"]), (4.5, [])])
def test_a_lease_runs_out_at_its_time(until: float, told: list[str]) -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.now = 3.0
    team.lease("ada", "mean.py", 1, until)
    rounds(team)
    assert rules(team) == told


@pytest.mark.parametrize("reason", ["released", "expired"])
def test_a_lease_that_ended_does_not_run_out_again(reason: str) -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.lease("ada", "mean.py", 1, 0.5)
    team.add(e.LeaseEnded(agent="ada", path="mean.py", token=1, reason=reason))
    rounds(team, 2)
    assert rules(team) == (["lease"] if reason == "expired" else [])


def test_a_lease_of_which_no_grant_is_recorded_tells_nothing() -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.add(e.LeaseEnded(agent="ada", path="mean.py", token=1, reason="expired"))
    assert rules(team) == []


def test_whose_lease_ran_out_is_told_of_once_however_long_it_is_silent() -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.lease("ada", "mean.py", 1, 0.5)
    rounds(team, 2 * ROUNDS)
    assert rules(team) == ["lease"]


def test_a_lease_that_runs_out_in_a_slow_call_or_after_a_stop_tells_nothing_more() -> None:
    for calling, told in ((True, []), (False, ["stopped"])):
        team = Team()
        team.claim("ada", "task-0")
        team.lease("ada", "mean.py", 1, 0.5)
        if calling:
            team.begin_turn("ada")
        else:
            team.add(e.AgentStopped(agent="ada", reason="frozen"))
        rounds(team)
        assert rules(team) == told
