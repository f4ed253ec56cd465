"""Who waits for whom, want by want."""

import pytest

from tests.anomalies.team import Team
from workspaces.anomalies.waiting import MOST_WANTS, Waiting, can_work
from workspaces.history import events as e


def blockers(team: Team, agent: str = "ada") -> list[tuple[str, set[str]]]:
    """What the agent waits for, and whom, after all that the team did."""
    waiting = Waiting()
    for event in team.events:
        if isinstance(event, Waiting.events):
            waiting.observe(event)
    return [(words, set(holders)) for _, words, holders in waiting.blockers(agent, team.state)]


def refused(team: Team, code: str, *targets: str, agent: str = "ada") -> Team:
    team.begin_turn(agent)
    for target in targets:
        team.refuse(agent, code, target)
    team.end_turn(agent)
    return team


def released(team: Team, agent: str, task: str) -> e.AnyEvent:
    return team.add(e.TaskReleased(agent=agent, task=task, reason="another"))


def test_a_lease_of_another_until_it_ends() -> None:
    team = Team()
    team.lease("bob", "y", 1, until=10.0)
    refused(team, "leased", "y")
    assert blockers(team) == [("y, leased to bob", {"bob"})]
    team.now = 10.0
    team.begin_turn("cy")
    assert blockers(team) == []


def test_a_lease_that_has_become_ones_own_or_was_never_given() -> None:
    team = Team()
    refused(team, "leased", "y")
    assert blockers(team) == []
    team.lease("bob", "y", 1)
    assert blockers(team) == [("y, leased to bob", {"bob"})]
    team = refused(Team(), "leased", "y")
    refused(team, "leased", "y", agent="bob")
    team.lease("bob", "y", 1)
    assert blockers(team, "bob") == []
    refused(team, "leased", "y", agent="bob")
    assert blockers(team, "bob") == []


def test_a_task_that_another_holds() -> None:
    team = Team()
    team.claim("bob", "task-0")
    refused(team, "held", "task-0")
    assert blockers(team) == [("task-0, held by bob", {"bob"})]
    released(team, "bob", "task-0")
    assert blockers(team) == []
    team.claim("bob", "task-0")
    assert blockers(team) == [("task-0, held by bob", {"bob"})]
    team.complete("bob", "task-0")
    assert blockers(team) == []
    assert blockers(refused(team, "held", "never added")) == []


def test_a_task_that_is_ones_own_is_no_want() -> None:
    team = Team()
    team.task("a")
    team.task("t", needs=("a",))
    team.claim("ada", "t")
    refused(team, "held", "t")
    assert blockers(team) == []


def test_a_task_whose_dependencies_others_hold() -> None:
    team = Team()
    for name, agent in zip("dcba", ("cy", "bob", "bob", "ada"), strict=True):
        team.task(name)
        if name != "c":
            team.claim(agent, name)
    team.task("t", needs=("d", "c", "b", "a"))
    released(team, "ada", "a")
    refused(team, "blocked", "t")
    assert blockers(team) == [("a and b and c, which t needs", {"bob", "cy"})]
    team.complete("bob", "t")
    assert blockers(team) == [], "nobody waits for what is done, though it needs something"


def test_who_can_work_waits_for_leases_only() -> None:
    team = Team()
    team.task("mine")
    team.task("yours")
    team.task("later", needs=("yours",))
    team.claim("bob", "yours")
    team.claim("ada", "mine")
    refused(team, "held", "yours")
    refused(team, "blocked", "later")
    assert blockers(team) == []
    released(team, "ada", "mine")
    refused(team, "held", "yours")
    refused(team, "blocked", "later")
    assert [holders for _, holders in blockers(team)] == [{"bob"}, {"bob"}]
    team = Team()
    team.lease("bob", "y", 1)
    team.task("mine")
    team.claim("ada", "mine")
    refused(team, "leased", "y")
    assert blockers(team) == [("y, leased to bob", {"bob"})]


def test_who_has_no_task_or_only_blocked_ones_cannot_work() -> None:
    team = Team()
    assert not can_work("nobody", team.state)
    assert not can_work("ada", team.state)
    team.claim("ada", "task-1")
    assert not can_work("ada", team.state)
    team.claim("ada", "task-0")
    assert can_work("ada", team.state)


def test_one_waits_once_the_turn_is_over_and_got_nothing() -> None:
    team = Team()
    team.lease("bob", "y", 1)
    team.begin_turn("ada")
    team.refuse("ada", "leased", "y")
    assert blockers(team) == []
    team.end_turn("ada")
    assert blockers(team) == [("y, leased to bob", {"bob"})]
    team.begin_turn("ada")
    team.write("ada", "f.py", "1\n")
    team.refuse("ada", "leased", "y")
    assert blockers(team) == [], "what it got ended the waiting, and this turn is not over"


def test_another_refusal_is_no_want() -> None:
    team = Team()
    team.task("first")
    team.task("later", needs=("first",))
    team.claim("bob", "first")
    assert blockers(refused(team, "not-yours", "later")) == []
    assert blockers(refused(team, "blocked", "later")) == [("first, which later needs", {"bob"})]


def test_one_thing_that_is_free_ends_the_waiting() -> None:
    team = Team()
    team.lease("bob", "y", 1)
    assert blockers(refused(team, "leased", "y", "z")) == []
    team.lease("cy", "z", 2)
    assert blockers(team) == [("y, leased to bob", {"bob"}), ("z, leased to cy", {"cy"})]


def test_so_many_wants_are_remembered() -> None:
    team = Team()
    paths = [f"f{number}" for number in range(MOST_WANTS + 1)]
    for token, path in enumerate(paths, 1):
        team.lease("bob", path, token)
    assert len(blockers(refused(team, "leased", *paths))) == MOST_WANTS


@pytest.mark.parametrize(
    ("to", "text", "expected"),
    [
        (("bob",), "Shall I?", [("an answer of bob", {"bob"})]),
        (("bob",), "I shall.", []),
        (("bob", "cy"), "Shall I?", []),
    ],
)
def test_an_answer_to_a_question_that_one_agent_was_asked(
    to: tuple[str, ...], text: str, expected: list[tuple[str, set[str]]]
) -> None:
    team = Team()
    team.begin_turn("ada")
    team.add(e.MessageSent(agent="ada", turn=1, to=to, text=text))
    team.end_turn("ada")
    assert blockers(team) == []
    team.begin_turn("ada")
    team.add(e.Waited(agent="ada", turn=1))
    team.end_turn("ada")
    assert blockers(team) == expected
    team.add(e.MessageSent(agent="bob", turn=1, to=("ada",), text="Yes."))
    assert blockers(team) == []
