"""Dependency violations, at the edges: what is waited for, who is named, and in which words."""

import pytest

from tests.anomalies.stories import of_kind, only
from tests.anomalies.team import Team
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

KIND = Kind.DEPENDENCY_VIOLATION


def waiting() -> Team:
    """`late` needs `one` and `two`."""
    team = Team()
    team.task("one")
    team.task("two")
    team.task("late", "late.py", needs=("one", "two"))
    return team


def test_what_was_closed_as_not_needed_is_not_waited_for() -> None:
    team = waiting()
    team.complete("ada", "one")
    team.add(e.TaskClosed(agent=e.USER, task="two", reason="not needed"))
    team.claim("ada", "late")
    assert of_kind(team, KIND) == []


def test_what_is_open_hides_what_was_only_not_seen() -> None:
    """The finding is of the open one alone: agents, tasks, and witness."""
    team = waiting()
    team.complete("ada", "one")
    act = team.claim("bob", "late")
    finding = only(team, KIND)
    assert (finding.agents, finding.tasks) == (("bob",), ("late", "two"))
    assert [step.seq for step in finding.witness] == [act.seq]


@pytest.mark.parametrize(
    ("complete", "why"),
    [
        ((), "one and two, which it needs, are not complete"),
        (("one",), "two, which it needs, is not complete"),
        (("one", "two"), "nothing had told bob that one and two, which it needs, are complete"),
    ],
)
def test_what_is_missing_in_words(complete: tuple[str, ...], why: str) -> None:
    team = waiting()
    for task in complete:
        team.complete("ada", task)
    claim = team.claim("bob", "late")
    write = team.write("cy", "late.py", "x = 1\n")
    claimed, wrote = of_kind(team, KIND)
    assert claimed.summary == f"bob claimed late although {why}."
    assert wrote.summary == f"cy wrote late.py for late although {why.replace('bob', 'cy')}."
    assert claimed.case == f"task:{claim.seq}"
    assert wrote.case == f"write:{write.seq}"
