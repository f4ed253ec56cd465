"""Advice follows the sessions, says what it rests on, and claims no more than they tell."""

from agents.reports.advice import Advice, advise
from agents.reports.rows import SessionRow
from tests.reports.sessions import session


def times(mode: str, agents: int, *seconds: float, **chosen: object) -> list[SessionRow]:
    return [session(mode=mode, agents=agents, seconds=s, **chosen) for s in seconds]


def only(rows: list[SessionRow]) -> Advice:
    (found,) = advise(rows, "test")
    return found


def test_the_fastest_is_chosen_when_it_clearly_is() -> None:
    rows = [
        *times("decentralized", 1, 100, 101, 99),
        *times("decentralized", 2, 150, 151, 149),
        *times("preassigned", 2, 50, 51, 49),
    ]
    found = only(rows)
    assert found.advice == "preassigned with 2 agents"
    assert found.options[0].fastest == 1.0
    assert "no team is more than 2 times as fast" in " ".join(found.evidence)
    assert any(
        "best of another organisation: decentralized with 1 agent" in e for e in found.evidence
    )


def test_the_smaller_team_is_chosen_when_nothing_tells_them_apart() -> None:
    rows = [
        *times("preassigned", 1, 100, 101, 99),
        *times("preassigned", 2, 40, 60, 50, 55),
        *times("preassigned", 5, 39, 61, 48, 54),
    ]
    found = only(rows)
    assert found.advice.startswith("preassigned with 2 agents: as fast as preassigned with 5")


def test_failures_count_against_a_choice() -> None:
    rows = [
        *times("preassigned", 1, 100, 100, 100),
        *times("preassigned", 3, 30, 30),
        *times("preassigned", 3, 300, 300, 300, success=False),
    ]
    found = only(rows)
    assert found.advice == "preassigned with 1 agent"
    assert "2 of 5 sessions succeeded" in str(found.options) or found.options[1].successes == 2


def test_a_control_is_part_of_the_organisation() -> None:
    rows = [
        *times("decentralized", 3, 100, 101, control="none"),
        *times("decentralized", 3, 50, 51, control="leases"),
    ]
    assert only(rows).advice == "decentralized/leases with 3 agents"


def test_options_that_were_not_tried_on_every_suite_are_not_compared() -> None:
    rows = [
        *times("preassigned", 1, 100, 100),
        *times("preassigned", 1, 100, 100, kind="svg"),
        *times("preassigned", 2, 60, 60),
        *times("preassigned", 2, 60, 60, kind="svg"),
        *times("preassigned", 3, 1, 1),
    ]
    assert only(rows).advice == "preassigned with 2 agents"


def test_there_is_no_advice_without_a_choice() -> None:
    assert advise(times("preassigned", 1, 100), "test") == []
    assert advise(times("preassigned", 1, 100, success=False), "test") == []
