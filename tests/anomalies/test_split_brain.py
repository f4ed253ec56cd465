"""Split brain, at the edges: who is an owner, who leads, and in which words."""

import pytest
from msgspec.structs import replace

from tests.anomalies.stories import found, of_kind, only
from tests.anomalies.team import Team
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

KIND = Kind.SPLIT_BRAIN


def rules(team: Team) -> list[str]:
    return [finding.facts["rule"] for finding in of_kind(team, KIND)]


def test_who_stopped_owns_nothing_and_others_what_they_own() -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.claim("bob", "task-1")
    team.add(e.AgentStopped(agent="ada", reason="crashed"))
    team.claim("cy", "task-0")
    assert rules(team) == []
    team.claim("cy", "task-1")
    assert only(team, KIND).agents == ("bob", "cy")


@pytest.mark.parametrize(
    ("completed_by", "told"), [("ada", []), ("bob", []), (e.USER, []), ("cy", ["acting"])]
)
def test_an_owner_its_backup_and_a_person_may_complete_a_task(
    completed_by: str, told: list[str]
) -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.add(e.BackupStarted(agent=e.SESSION, task="task-0", owner="bob", epoch=2))
    team.complete(completed_by, "task-0")
    assert rules(team) == told


def test_a_task_that_nobody_holds_may_be_completed_by_anybody() -> None:
    team = Team()
    team.complete("ada", "task-0")
    team.complete("bob", "task-0")
    assert rules(team) == []


def test_a_new_owner_has_no_backup_yet() -> None:
    team = Team()
    team.assign(e.SESSION, "task-0", "ada")
    team.add(e.BackupStarted(agent=e.SESSION, task="task-0", owner="bob", epoch=2))
    team.assign(e.SESSION, "task-0", "cy")
    team.complete("bob", "task-0")
    assert only(team, KIND).agents == ("cy", "bob")


@pytest.mark.parametrize(("kind", "told"), [("decentralized", ["leads"]), ("adaptive", [])])
def test_two_may_assign_where_everyone_may(kind: str, told: list[str]) -> None:
    team = Team()
    began = team.events[0]
    assert isinstance(began, e.SessionStarted)
    team.events[0] = team.state.started = replace(
        began, settings=replace(began.settings, team=kind)
    )
    team.assign("ada", "task-0", "cy")
    team.assign("bob", "task-1", "cy")
    team.assign("ada", "task-2", "cy")
    assert rules(team) == told


def test_the_session_and_a_person_assign_beside_a_lead() -> None:
    team = Team()
    for agent, task in (("ada", "task-0"), (e.SESSION, "task-1"), (e.USER, "task-2")):
        team.assign(agent, task, "cy")
    assert rules(team) == []
    assert found(team.events[1:]) == []  # nobody knows who is on the team


def test_one_who_claims_beside_a_lead_does_not_lead() -> None:
    team = Team()
    team.assign("ada", "task-0", "cy")
    team.claim("bob", "task-1")
    assert rules(team) == []


@pytest.mark.parametrize("seen", [True, False])
def test_how_there_came_to_be_two_owners_in_words(seen: bool) -> None:
    team = Team()
    team.claim("ada", "task-0")
    if seen:
        team.deliver("bob", team.send("ada", "bob"))
    team.claim("bob", "task-0", epoch=1)
    finding = only(team, KIND)
    why = "in epoch 1, which is not newer" if seen else "without having seen that"
    assert finding.witness[-1].reason == f"bob came to own task-0 as well, {why}"
    assert finding.facts["epochs"] == "1,1"
