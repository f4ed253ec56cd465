"""False completions, at the edges: which files are there, which runs tell, and in which words."""

import pytest

from tests.anomalies.stories import found, of_kind, only
from tests.anomalies.team import Team, team_with_tests
from workspaces.anomalies.false_completion import MOST_PENDING
from workspaces.anomalies.finding import Kind, Verdict
from workspaces.history import events as e

KIND = Kind.FALSE_COMPLETION
OWN, NOBODYS = "test_all.py::test_add_of_none", "test_all.py::test_everything"


def written(*, tests: bool = True) -> Team:
    """Ada has written the file of `t`."""
    team = team_with_tests() if tests else Team()
    team.task("t", "add.py")
    team.write("ada", "add.py", "x = 1\n", task="t")
    return team


def rules(team: Team) -> list[str]:
    return [finding.facts["rule"] for finding in of_kind(team, KIND)]


@pytest.mark.parametrize(("tests", "told"), [(True, ["untested"]), (False, [])])
def test_what_nobody_tested_is_told_of_where_there_are_tests(tests: bool, told: list[str]) -> None:
    team = written(tests=tests)
    team.complete("ada", "t")
    team.end()
    assert rules(team) == told
    assert [f for f in found(team.events[1:]) if f.kind is KIND] == []  # its beginning is lost


def test_a_task_without_files_needs_no_test_run() -> None:
    team = team_with_tests()
    team.task("talk")
    team.complete("ada", "talk")
    team.end()
    assert rules(team) == []


def test_a_file_that_was_deleted_again_is_missing() -> None:
    team = written()
    team.outside("add.py", None)
    team.complete("ada", "t")
    assert rules(team) == ["missing"]


def test_other_files_in_ones_own_worktree_are_not_the_tasks() -> None:
    team = team_with_tests()
    team.task("t", "add.py")
    team.apart("ada", "other.py", "x = 1\n")
    team.complete("ada", "t")
    assert rules(team) == ["missing"]


def test_a_file_in_ones_own_worktree_is_judged_by_the_next_whole_run() -> None:
    team = team_with_tests()
    team.task("t", "add.py")
    team.apart("ada", "add.py", "x = 1\n")
    team.complete("ada", "t")
    run = team.tests("bob", OWN)
    assert rules(team) == ["failing"]
    begun = [event for event in team.events if not isinstance(event, e.TestsStarted)]
    assert begun[-1] is run
    assert [f for f in found(begun) if f.kind is KIND] == []  # nobody knows when it began


@pytest.mark.parametrize(
    ("failures", "code", "told"),
    [((OWN,), 1, ["failing"]), ((OWN, NOBODYS), 1, ["failing"]), ((OWN,), 2, []), ((OWN,), 5, [])],
)
def test_only_a_run_that_came_to_its_end_tells(
    failures: tuple[str, ...], code: int, told: list[str]
) -> None:
    team = written()
    team.complete("ada", "t")
    team.tests("bob", *failures, code=code)
    assert rules(team) == told


def test_what_is_written_while_the_tests_run_does_not_change_what_they_tell() -> None:
    team = written()
    team.complete("ada", "t")
    team.add(e.TestsStarted(agent="bob", run=7, tree="t"))
    team.write("ada", "add.py", "x = 2\n")
    team.add(
        e.TestsEnded(
            agent="bob",
            run=7,
            tree="t",
            passed=0,
            failed=1,
            errors=0,
            returncode=1,
            seconds=1,
            failures=(OWN,),
        )
    )
    assert rules(team) == ["failing"]


@pytest.mark.parametrize(
    ("failures", "words"),
    [
        ((OWN,), "1 test of its own fails: test_add_of_none."),
        ((OWN, "x.py::test_add"), "2 tests of its own fail: test_add_of_none and test_add."),
    ],
)
def test_what_failed_in_words(failures: tuple[str, ...], words: str) -> None:
    team = written()
    team.complete("ada", "t")
    team.tests("bob", *failures)
    assert only(team, KIND).summary == f"ada completed t, but {words}"


def test_of_very_many_untested_completions_the_newest_are_told_of() -> None:
    team = team_with_tests()
    for number in range(MOST_PENDING + 1):
        team.task(f"t{number}", "add.py")
        if not number:
            team.write("ada", "add.py", "x = 1\n")
        team.complete("ada", f"t{number}")
    team.end()
    untested = of_kind(team, KIND)
    assert {finding.verdict for finding in untested} == {Verdict.UNKNOWN}
    assert [f.tasks for f in untested] == [(f"t{n}",) for n in range(1, MOST_PENDING + 1)]
