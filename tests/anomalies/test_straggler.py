"""Stragglers, at the edges of the rule: how long, against whom, and how often one looks."""

import pytest

from tests.anomalies.stories import found, of_kind, only
from tests.anomalies.team import Team
from tests.planting.dropping import without
from workspaces.anomalies.finding import Finding, Kind, Verdict
from workspaces.history import events as e

KIND = Kind.STRAGGLER
SPREAD = (1.0, 1.0, 2.0, 3.0, 3.0)
"""Seconds of peers' turns: a median of 2 and a median deviation of 1, so that the bound is at
2 + 3.5 x 1.4826 = 7.1891."""


def after(*seconds: float, text: str = "abcd") -> Team:
    """A team in which Bob has had turns that took so long."""
    team = Team()
    for each in seconds:
        team.turn("bob", each, text)
    return team


def look(team: Team, at: float, took: float = 2.0) -> None:
    """Bob ends a turn at that time; whoever is under way may be found then."""
    team.now = at - took
    team.begin_turn("bob")
    team.now = at
    team.end_turn("bob")


def times(team: Team) -> list[str]:
    return [finding.facts["times"] for finding in of_kind(team, KIND)]


@pytest.mark.parametrize(("seconds", "told"), [(7.0, 0), (7.375, 1)])
def test_three_and_a_half_deviations_above_the_median(seconds: float, told: int) -> None:
    team = after(*SPREAD)
    team.turn("ada", seconds)
    assert len(of_kind(team, KIND)) == told


@pytest.mark.parametrize(("count", "told"), [(4, []), (5, ["2.0"])])
def test_twice_the_median_of_five_turns_is_enough(count: int, told: list[str]) -> None:
    team = after(*[1.0] * count)
    team.turn("ada", 2.0)
    assert times(team) == told


def test_a_turn_under_way_is_looked_at_again_when_it_is_a_quarter_longer() -> None:
    team = after(*SPREAD)
    began = team.now
    team.begin_turn("ada")
    for at in (7.0, 8.0):
        look(team, began + at)
    assert of_kind(team, KIND) == []
    look(team, began + 8.75)
    found_ = only(team, KIND)
    assert found_.t == began + 8.75
    assert "ada's turn has taken 8.8 s" in found_.summary
    assert found_.witness[1].reason.startswith("bob ended another after 8.8 s")


def test_and_in_any_case_when_it_ends() -> None:
    team = after(*SPREAD)
    began = team.now
    team.begin_turn("ada")
    look(team, began + 7.0)
    team.now = began + 8.0
    team.end_turn("ada")
    found_ = only(team, KIND)
    assert found_.t == began + 8.0
    assert "ada's turn took 8.0 s" in found_.summary
    assert found_.witness[1].reason.startswith("it ended after 8.0 s")


@pytest.mark.parametrize("begins_in_pause", [False, True])
def test_time_in_which_the_session_was_paused_counts_for_nobody(begins_in_pause: bool) -> None:
    """In peers' turns as in the turn itself; a session that is paused twice is paused once."""
    team = Team()
    for _ in range(5):
        team.begin_turn("bob")
        team.add(e.SessionPaused())
        team.now += 50.0
        team.add(e.SessionContinued())
        team.now += 1.0
        team.end_turn("bob")
    if not begins_in_pause:
        team.begin_turn("ada")
    team.add(e.SessionPaused())
    team.now += 2.0
    if begins_in_pause:
        team.begin_turn("ada")
    team.add(e.SessionPaused())
    team.now += 3.0
    team.add(e.SessionContinued())
    team.now += 6.0
    team.end_turn("ada")
    assert times(team) == ["6.0"]


@pytest.mark.parametrize(("characters", "told"), [(15, ["8.0"]), (16, [])])
def test_text_in_proportion_to_the_time_is_a_harder_task(characters: int, told: list[str]) -> None:
    """Eight times the time excuses with four times the text."""
    team = after(*[1.0] * 5)
    team.turn("ada", 8.0, "x" * characters)
    assert times(team) == told


def test_short_turns_have_stragglers_too() -> None:
    team = after(*[0.25] * 5)
    team.turn("ada", 0.75)
    assert times(team) == ["3.0"]


@pytest.mark.parametrize(("text", "told"), [("", ["unknown"]), ("x", [])])
def test_where_others_take_no_time_and_say_nothing(text: str, told: list[str]) -> None:
    team = after(*[0.0] * 5, text="")
    team.turn("ada", 5.0, text)
    assert times(team) == told


def test_a_turn_that_takes_no_time_either_is_none() -> None:
    team = after(*[0.0] * 5)
    team.turn("ada", 0.0, "")
    assert times(team) == []


@pytest.mark.parametrize(("agents", "looked"), [(15, "30"), (17, "17"), (33, "33")])
def test_of_a_large_team_the_last_turns_are_looked_at(agents: int, looked: str) -> None:
    """Of each as many, some thirty in all, and of each at least one."""
    peers = [f"peer-{number}" for number in range(agents)]
    team = Team(("ada", *peers))
    for peer in peers:
        for _ in range(3):
            team.turn(peer, 1.0, "abcd")
    team.turn("ada", 5.0)
    assert only(team, KIND).facts["peers"] == looked


def test_ones_own_turns_are_no_measure() -> None:
    team = after(*[1.0] * 5)
    for _ in range(6):
        team.turn("ada", 8.0)
    assert times(team) == ["8.0"] * 6


def test_where_events_are_missing_a_turn_is_judged_at_its_end() -> None:
    """Until then its end may be what is missing."""
    team = after(*[1.0] * 5)
    lost = team.send("cy", "bob")
    team.send("cy", "bob")
    began = team.now
    team.begin_turn("ada")
    for at in (5.0, 9.0):
        look(team, began + at, 1.0)
    team.now = began + 20.0
    team.end_turn("ada")

    def told(events: list[e.AnyEvent]) -> list[Finding]:
        return [finding for finding in found(events) if finding.kind is KIND]

    [whole], [lossy] = told(team.events), told(without(team.events, {lost.seq}).events)
    assert (whole.t, whole.verdict) == (began + 5.0, Verdict.FOUND)
    assert (lossy.t, lossy.verdict) == (began + 20.0, Verdict.UNKNOWN)
