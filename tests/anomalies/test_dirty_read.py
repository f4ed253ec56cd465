"""Dirty reads, story by story."""

from tests.anomalies.stories import check_evidence, of_kind, only
from tests.anomalies.team import Team
from workspaces.anomalies.finding import Finding, Kind, Severity, Verdict
from workspaces.history import events as e

KIND = Kind.DIRTY_READ


def reading(team: Team) -> Team:
    team.task("t", "t.txt")
    team.claim("ada", "t")
    team.write("ada", "t.txt", "half\n", task="t")
    return team


def test_a_version_of_an_unfinished_task() -> None:
    team = reading(Team())
    team.read("bob", "t.txt")
    team.read("bob", "t.txt")
    finding = only(team, KIND)
    check_evidence(team, finding)
    assert finding.severity is Severity.LOW
    assert finding.agents == ("ada", "bob")
    assert finding.tasks == ("t",)
    assert finding.facts["why"] == "unfinished"


def test_the_task_is_known_by_its_files_too() -> None:
    team = Team()
    team.task("t", "t.txt")
    team.write("ada", "t.txt", "half\n")
    team.read("bob", "t.txt")
    assert only(team, KIND).tasks == ("t",)


def test_not_when_complete_or_the_readers_own_or_of_no_task() -> None:
    team = reading(Team())
    team.complete("ada", "t")
    team.read("bob", "t.txt")
    team.write("ada", "free.txt", "x\n")
    team.read("bob", "free.txt")
    team.task("u", "u.txt")
    team.claim("bob", "u")
    team.write("ada", "u.txt", "help\n")
    team.read("bob", "u.txt")
    team.read("ada", "u.txt")
    team.outside("u.txt", "by hand\n")
    team.read("bob", "u.txt")
    assert of_kind(team, KIND) == []


def test_a_version_that_is_taken_back() -> None:
    team = Team()
    team.write("ada", "free.txt", "one\n")
    team.write("ada", "free.txt", "two\n")
    team.read("bob", "free.txt")
    team.read("cy", "free.txt")
    team.write("cy", "free.txt", "three\n")
    team.write("ada", "free.txt", "one\n")
    finding = only(team, KIND)
    check_evidence(team, finding)
    assert finding.severity is Severity.MEDIUM
    assert finding.verdict is Verdict.FOUND
    assert finding.agents == ("ada", "bob")
    assert finding.facts["why"] == "reverted"
    assert "back to version 1" in finding.summary


def test_not_when_what_was_read_stands_behind_what_comes_back() -> None:
    team = Team()
    team.write("ada", "free.txt", "one\n")
    team.read("bob", "free.txt")
    for text in ("two\n", "three\n", "two\n"):
        team.write("ada", "free.txt", text)
    assert of_kind(team, KIND) == []


def test_not_when_read_again_or_never_there_before() -> None:
    team = Team()
    team.write("ada", "free.txt", "one\n")
    team.write("ada", "free.txt", "two\n")
    team.read("bob", "free.txt")
    team.write("ada", "free.txt", "three\n")
    team.read("bob", "free.txt")
    team.write("ada", "free.txt", "three\n")
    assert of_kind(team, KIND) == []
    team.outside("free.txt", None)
    assert "back to no file at all" in only(team, KIND).summary


def reverted(team: Team) -> list[Finding]:
    return [finding for finding in of_kind(team, KIND) if finding.facts["why"] == "reverted"]


def taken_up() -> Team:
    """Ada made two versions of a file, and Bob has read the second."""
    team = Team()
    team.write("ada", "free.txt", "one\n")
    team.write("ada", "free.txt", "two\n")
    team.read("bob", "free.txt")
    return team


def test_what_one_reads_in_ones_own_worktree_is_no_version_of_the_shared_tree() -> None:
    team = reading(Team())
    team.apart("bob", "t.txt", "mine\n")
    team.add(e.FileRead(agent="bob", turn=1, path="t.txt", version=1, blob="b", where="bob"))
    assert of_kind(team, KIND) == []


def test_a_write_in_a_worktree_neither_takes_back_nor_takes_notice() -> None:
    team = taken_up()
    team.apart("ada", "free.txt", "one\n")
    assert reverted(team) == []
    team.apart("bob", "free.txt", "three\n")
    team.write("ada", "free.txt", "three\n")
    team.write("ada", "free.txt", "one\n")
    assert [finding.agents for finding in reverted(team)] == [("ada", "bob")]


def test_what_the_session_lays_out_again_takes_nothing_back() -> None:
    team = taken_up()
    team.write(e.SESSION, "free.txt", "one\n")
    assert of_kind(team, KIND) == []


def test_a_version_that_was_taken_back_is_named_with_both_numbers() -> None:
    team = taken_up()
    team.write("cy", "free.txt", "three\n")
    team.write("cy", "free.txt", "one\n")
    (finding,) = reverted(team)
    assert finding.facts == {"read": "2", "older": "2", "newer": "4", "why": "reverted"}
    assert finding.agents == ("ada", "bob", "cy")
    assert finding.tasks == ()
