"""Duplicate work, at the edges: who holds a task, what was made for it, and how alike it is."""

import pytest

from tests.anomalies.stories import of_kind, only
from tests.anomalies.team import Team
from workspaces.anomalies.duplicate_work import MOST_PRODUCTS
from workspaces.anomalies.finding import Kind, Lines
from workspaces.history import events as e

KIND = Kind.DUPLICATE_WORK
GROW = "def grow(x):\n    return x + 1\n"
SHRINK = "def shrink(x):\n    return x - 1\n"


def one_task() -> Team:
    team = Team()
    team.task("t", "t.py")
    return team


# Held ---------------------------------------------------------------------------------------------


def test_who_claims_what_it_holds_already_is_alone() -> None:
    team = one_task()
    team.assign(e.SESSION, "t", "ada")
    team.claim("ada", "t")
    team.claim("ada", "t")
    assert of_kind(team, KIND) == []


@pytest.mark.parametrize("claimed", [True, False])
def test_how_the_first_came_to_hold_it_in_words(claimed: bool) -> None:
    team = one_task()
    if claimed:
        team.claim("ada", "t")
    else:
        team.assign(e.SESSION, "t", "ada")
    team.claim("bob", "t")
    how = "ada took it" if claimed else "session gave it to ada"
    assert only(team, KIND).witness[0].reason == how


# Made ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", [True, False])
def test_a_planned_backup_makes_the_same(held: bool) -> None:
    """Of a task that nobody holds, its backup is its only maker by plan."""
    team = one_task()
    if held:
        team.claim("ada", "t")
    team.add(e.BackupStarted(agent=e.SESSION, task="t", owner="bob", epoch=2))
    team.write("ada", "t.py", GROW)
    team.write("bob", "t.py", GROW)
    assert len(of_kind(team, KIND)) == (not held)


def test_what_the_session_laid_out_or_a_worktree_holds_is_not_made_twice() -> None:
    team = one_task()
    team.write(e.SESSION, "t.py", GROW, task="t")
    team.write("ada", "other.py", GROW, task="t")
    team.apart("bob", "t.py", GROW)
    assert of_kind(team, KIND) == []


def test_who_goes_on_working_has_made_what_it_made_before() -> None:
    """Neither writes that bring in nothing nor one that brings in more makes it forgotten."""
    for more in (GROW, GROW + SHRINK):
        team = one_task()
        team.write("ada", "t.py", GROW)
        for number in range(MOST_PRODUCTS):
            team.write("ada", "t.py", f"{more}{number}\n")
        team.write("bob", "t.py", GROW)
        assert only(team, KIND).agents == ("ada", "bob")


def test_who_was_told_of_the_others_file_replaces_it_knowingly() -> None:
    team = one_task()
    team.write("ada", "t.py", GROW)
    team.deliver("bob", team.send("ada", "bob"))
    team.write("bob", "t.py", GROW)
    assert of_kind(team, KIND) == []


def test_the_same_in_another_file_is_made_twice_even_knowingly() -> None:
    team = one_task()
    team.write("ada", "t.py", GROW)
    team.read("bob", "t.py")
    team.write("bob", "other.py", GROW, task="t")
    finding = only(team, KIND)
    assert finding.paths == ("other.py", "t.py")
    assert "in other.py, as there is in t.py; ada had made it too" in finding.summary


def test_only_what_both_made_is_named() -> None:
    team = one_task()
    team.write("ada", "t.py", GROW)
    team.write("bob", "t.py", SHRINK + GROW)
    finding = only(team, KIND)
    assert finding.summary == "bob made grow for t in t.py; ada had made it too."
    assert finding.lines == (Lines("t.py", 3, 3),)


@pytest.mark.parametrize("first", [True, False])
def test_what_does_not_parse_makes_nothing_yet(first: bool) -> None:
    team = one_task()
    texts = (GROW, "def grow(x:\n")
    for agent, text in zip(("ada", "bob"), texts if first else texts[::-1], strict=True):
        team.write(agent, "t.py", text)
    assert of_kind(team, KIND) == []


def test_a_text_that_is_no_python_is_made_by_who_made_it_from_nothing() -> None:
    team = Team()
    team.task("t", "guide")
    team.write(e.SESSION, "guide", "stub\n")
    for agent in ("ada", "bob"):
        team.read(agent, "guide")
    for agent in ("ada", "bob"):
        team.write(agent, "guide", f"by {agent}\n")
    assert of_kind(team, KIND) == []
    for agent in ("ada", "bob"):
        team.write(agent, f"{agent}/grow", GROW, task="t")
    assert only(team, KIND).lines == ()


def test_of_very_many_things_made_for_a_task_the_newest_are_compared() -> None:
    team = one_task()
    for number in range(MOST_PRODUCTS + 1):
        team.write("ada", f"m{number}.py", GROW.replace("grow", f"grow_{number}"), task="t")
    team.write("bob", "own.py", GROW.replace("grow", "grow_0"), task="t")
    assert of_kind(team, KIND) == []
    team.write("bob", "own.py", GROW.replace("grow", "grow_2"), task="t")
    assert only(team, KIND).agents == ("ada", "bob")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a\n\n\n\n", "  a\n", "yes"),
        ("a\n", "a\na\n", "no"),
        ("a\na\na\nb\n", "a\nb\nb\nb\n", "no"),
        ("b\na\n", "a\nb\n", "yes"),
        ("\n", "\n\n", "yes"),
        ("a\n", "\n", "no"),
    ],
)
def test_how_alike_two_texts_are(one: str, other: str, same: str) -> None:
    """Lines count as often as both have them, in any order; blank ones and indentation do not."""
    team = Team()
    team.task("t", "guide")
    team.write("ada", "guide", one)
    team.write("bob", "guide", other)
    assert only(team, KIND).facts["same"] == same
