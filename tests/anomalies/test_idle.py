"""Idleness, at the edges: how long a wait was to the second, and what it was for."""

import pytest

from tests.anomalies.stories import found, of_kind
from tests.anomalies.team import Team
from tests.planting.dropping import without
from workspaces.anomalies.finding import Finding, Kind
from workspaces.history import events as e

IDLE = Kind.IDLE


def pair(turns: int = 5, seconds: float = 1.0) -> Team:
    """Bob has taken turns; ada has waited since the session began."""
    team = Team(roster=("ada", "bob"))
    for _ in range(turns):
        team.turn("bob", seconds)
    return team


def of_ada(team: Team) -> list[Finding]:
    return [finding for finding in of_kind(team, IDLE) if finding.agents == ("ada",)]


def times(team: Team) -> list[str]:
    return [finding.facts["times"] for finding in of_ada(team)]


def causes(team: Team) -> list[str]:
    return [finding.facts["cause"] for finding in of_ada(team)]


def test_a_wait_since_the_beginning_is_counted_from_there() -> None:
    team = Team(roster=("ada", "bob"))
    team.turn("ada", 1.0)
    team.turn("bob", 1.0)
    for _ in range(4):
        team.turn("ada", 1.0)
    assert [f.facts["times"] for f in of_kind(team, IDLE) if f.agents == ("bob",)] == ["4.0"]
    assert times(pair()) == ["5.0"]


@pytest.mark.parametrize("over", [True, False])
def test_pauses_are_no_part_of_a_wait(over: bool) -> None:
    """Two pauses of which one was asked for twice; the second may still be on at the end."""
    team = pair(turns=3)
    team.add(e.SessionPaused())
    team.now += 30.0
    team.add(e.SessionPaused())
    team.now += 10.0
    team.add(e.SessionContinued())
    for _ in range(3):
        team.turn("bob", 1.0)
    team.turn("ada", 1.0)
    team.now += 7.0
    team.add(e.SessionPaused())
    team.now += 20.0
    if over:
        team.add(e.SessionContinued())
    team.end()
    assert times(team) == ["5.0", "7.0"]


def test_short_turns_make_a_short_wait_long_while_it_lasts() -> None:
    team = pair(turns=8, seconds=0.25)
    (finding,) = of_ada(team)
    assert finding.seq < team.events[-1].seq
    assert finding.facts["times"] == "5.0"


def test_turns_that_took_no_time_make_no_wait_long() -> None:
    team = pair(turns=6, seconds=0.0)
    team.now += 10.0
    team.turn("ada")
    assert of_kind(team, IDLE) == []


def test_a_turn_whose_beginning_is_missing_tells_nothing_of_what_is_usual() -> None:
    team = pair(turns=4)
    began = team.turn("bob", 1.0)
    team.now += 9.0
    team.turn("ada")
    assert len(of_ada(team)) == 1
    left = without(team.events, {began.seq}).events
    assert [finding for finding in found(left) if finding.kind is IDLE] == []


def test_a_turn_that_was_begun_again_was_no_wait() -> None:
    team = pair()
    team.turn("ada", 1.0)
    team.begin_turn("ada")
    team.now += 20.0
    team.begin_turn("ada")
    assert len(of_ada(team)) == 1  # the wait before its first turn


@pytest.mark.parametrize(
    ("codes", "cause"),
    [(("leased", "held"), "lease"), (("blocked", "held"), "dependency"), (("held",), "barrier")],
)
def test_what_was_refused_first_is_waited_for(codes: tuple[str, ...], cause: str) -> None:
    team = Team(roster=("ada", "bob"))
    team.begin_turn("ada")
    for code in codes:
        team.refuse("ada", code, "x")
    team.end_turn("ada")
    for _ in range(5):
        team.turn("bob", 1.0)
    assert causes(team) == [cause]


@pytest.mark.parametrize(
    ("to", "text", "cause"),
    [
        (("bob",), "Why?", "message"),
        (("bob",), "So.", "barrier"),
        (("bob", "cy"), "Why?", "barrier"),
        ((), "", "barrier"),
    ],
)
def test_only_who_asked_one_and_chose_to_wait_waits_for_an_answer(
    to: tuple[str, ...], text: str, cause: str
) -> None:
    team = Team(roster=("ada", "bob", "cy"))
    for asks in (True, False):
        team.begin_turn("ada")
        if asks and to:
            team.add(e.MessageSent(agent="ada", to=to, text=text))
        team.add(e.Waited(agent="ada", turn=1))
        team.end_turn("ada")
        for _ in range(5):
            team.turn("bob", 1.0)
    assert causes(team) == [cause, "barrier"]
