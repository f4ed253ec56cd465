"""Faults of the task board: dependencies, duplicates, two owners, false reports, other's files."""

import pytest

from tests.anomalies.stories import check_evidence, found, of_kind, only
from tests.anomalies.team import Team, team_with_tests
from workspaces.anomalies.finding import Kind, Lines, Severity, Verdict
from workspaces.history import events as e

DEPENDENCY, HIDDEN = Kind.DEPENDENCY_VIOLATION, Kind.HIDDEN_DEPENDENCY
DUPLICATE, SPLIT = Kind.DUPLICATE_WORK, Kind.SPLIT_BRAIN
FALSE, TAMPERING = Kind.FALSE_COMPLETION, Kind.TAMPERING


def chain(team: Team | None = None) -> Team:
    team = team or Team()
    team.task("t", "t.py")
    team.task("u", "u.py", needs=("t",))
    return team


# Dependency violations ----------------------------------------------------------------------


def test_claim_write_and_completion_before_the_dependency_is_complete() -> None:
    team = chain()
    team.claim("ada", "u")
    team.write("ada", "u.py", "x = 1\n", task="u")
    team.complete("ada", "u")
    claim, completion = of_kind(team, DEPENDENCY)
    check_evidence(team, claim)
    assert (claim.facts["act"], completion.facts["act"]) == ("claimed", "completed")
    assert claim.tasks == ("u", "t")
    assert completion.severity is Severity.HIGH


def test_a_write_by_the_files_of_the_task_is_reported_once() -> None:
    team = chain()
    team.write("ada", "u.py", "x = 1\n")
    team.write("ada", "u.py", "x = 2\n")
    finding = only(team, DEPENDENCY)
    assert finding.facts == {"act": "wrote", "degree": "open", "missing": "t"}
    assert finding.paths == ("u.py",)


def test_a_completion_that_nothing_had_told_of_is_luck() -> None:
    team = chain()
    team.complete("ada", "t")
    team.claim("bob", "u")
    team.complete("bob", "u")
    finding = only(team, DEPENDENCY)
    assert finding.facts["degree"] == "unseen"
    assert finding.severity is Severity.INFO
    assert len(finding.witness) == 2


def test_not_when_seen_or_done_oneself_or_outside_the_task() -> None:
    team = chain()
    team.complete("ada", "t")
    team.claim("ada", "u")
    team.begin_turn("bob")
    team.write("bob", "u.py", "x = 1\n")
    assert of_kind(team, DEPENDENCY) == []
    team = chain()
    team.write("ada", "notes.txt", "x\n", task="u")
    team.assign("session", "u", "ada")
    team.add(e.TaskClaimed(agent=e.USER, task="u", epoch=9))
    assert of_kind(team, DEPENDENCY) == []


def test_not_when_the_writer_holds_what_is_missing_itself() -> None:
    team = chain()
    for task in ("t", "u"):
        team.assign("session", task, "ada")
    team.write("ada", "u.py", "x = 1\n", task="u")
    assert of_kind(team, DEPENDENCY) == []
    team.complete("ada", "u")
    assert only(team, DEPENDENCY).facts["act"] == "completed"


# Hidden dependencies ------------------------------------------------------------------------


def apart() -> Team:
    team = Team()
    team.task("t", "t.py")
    team.task("u", "u.py")
    return team


def test_an_import_that_the_graph_does_not_know() -> None:
    team = apart()
    team.write("bob", "t.py", "def f(): pass\n")
    team.write("ada", "u.py", "x = 1\nfrom t import f\n")
    team.write("ada", "u.py", "x = 2\nfrom t import f\n")
    finding = only(team, HIDDEN)
    check_evidence(team, finding)
    assert finding.tasks == ("u", "t")
    assert finding.lines == (Lines("u.py", 2, 2),)
    assert finding.facts == {"import": "t.py", "opposite": "no"}
    assert finding.agents == ("bob", "ada")


def test_the_graph_may_say_the_opposite() -> None:
    team = chain()
    team.write("ada", "t.py", "import u\n")
    assert only(team, HIDDEN).facts["opposite"] == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import t\n",
        "import json\n",
        "'''\nimport t\n'''\n",
        "import t (\n",
    ],
)
def test_not_when_nothing_of_the_other_task_runs(text: str) -> None:
    team = apart()
    team.write("ada", "u.py", text)
    assert of_kind(team, HIDDEN) == []


def test_not_along_a_chain_or_within_a_task() -> None:
    team = chain()
    team.task("v", "v.py", "w.py", needs=("u",))
    team.write("ada", "v.py", "import t\nimport w\nimport u\n")
    team.write("ada", "free.py", "import t\n")
    assert of_kind(team, HIDDEN) == []


# Duplicate work and split brain -------------------------------------------------------------


def test_two_hold_a_task_at_once() -> None:
    team = apart()
    team.claim("ada", "t")
    team.claim("bob", "t")
    finding = only(team, DUPLICATE)
    check_evidence(team, finding)
    assert finding.agents == ("ada", "bob")
    split = only(team, SPLIT)
    assert split.facts["rule"] == "owners"
    assert split.case == finding.case


def test_not_after_a_release_a_completion_or_a_crash() -> None:
    team = apart()
    for end in (
        e.TaskReleased(agent="ada", task="t"),
        e.TaskCompleted(agent="ada", task="t"),
        e.AgentStopped(agent="ada", reason="crashed"),
    ):
        team.claim("ada", "t")
        team.add(end)
        team.claim("bob", "t")
        team.add(e.TaskReleased(agent="bob", task="t"))
    assert of_kind(team, DUPLICATE) == []
    assert of_kind(team, SPLIT) == []


def test_an_assignment_is_a_handover_when_it_knows_of_the_one_before() -> None:
    team = apart()
    team.assign("session", "t", "ada")
    team.assign("session", "t", "bob")
    assert of_kind(team, SPLIT) == []
    assert of_kind(team, DUPLICATE) == []
    team.assign("session", "t", "cy", epoch=2)
    assert only(team, SPLIT).facts["epochs"] == "2,2"
    team.assign("zed", "t", "ada")
    assert len(of_kind(team, SPLIT)) == 2


def test_completing_what_another_owns() -> None:
    team = apart()
    team.assign("session", "t", "ada")
    team.assign("session", "t", "bob")
    team.complete("ada", "t")
    finding = only(team, SPLIT)
    assert finding.facts["rule"] == "acting"
    assert finding.agents == ("bob", "ada")


def test_two_leads() -> None:
    team = apart()
    team.assign("ada", "t", "cy")
    team.assign("bob", "u", "cy")
    team.assign("bob", "t", "cy", epoch=5)
    finding = only(team, SPLIT)
    check_evidence(team, finding)
    assert finding.facts["rule"] == "leads"
    team = apart()
    team.assign("ada", "t", "cy")
    team.deliver("bob", team.send("ada", "bob"))
    team.assign("bob", "u", "cy")
    assert of_kind(team, SPLIT) == []


BODY = "def f(a):\n    b = a + 1\n    return b\n"


def test_two_made_the_same_function() -> None:
    team = apart()
    team.write("ada", "t.py", BODY)
    team.write("bob", "t.py", BODY)
    finding = only(team, DUPLICATE)
    check_evidence(team, finding)
    assert finding.facts == {"rule": "made", "same": "yes"}
    assert finding.lines == (Lines("t.py", 1, 1),)
    team.write("cy", "t.py", "def f(a):\n    return 7\n")
    third = of_kind(team, DUPLICATE)[1]
    assert third.agents == ("ada", "bob", "cy")
    assert third.facts["same"] == "no"


def test_in_another_file_for_the_same_task() -> None:
    team = apart()
    team.write("ada", "t.py", BODY, task="t")
    team.write("bob", "t2.py", BODY, task="t")
    assert only(team, DUPLICATE).paths == ("t2.py", "t.py")


def test_not_when_known_or_different_or_planned() -> None:
    team = apart()
    team.write("ada", "t.py", BODY)
    team.read("bob", "t.py")
    team.write("bob", "t.py", BODY + "\n")
    team.write("bob", "u.py", BODY)
    assert of_kind(team, DUPLICATE) == []
    team = apart()
    team.write("ada", "t.py", BODY)
    team.write("bob", "t.py", "def g():\n    pass\n")
    team.write("cy", "t.py", "'''\ndef f(): pass\n'''\n")
    assert of_kind(team, DUPLICATE) == []
    team = apart()
    for agent in ("ada", "bob"):
        team.assign("session", "t", agent)
        team.write(agent, "t.py", BODY)
    assert of_kind(team, DUPLICATE) == []


# False completions --------------------------------------------------------------------------


def test_completed_without_the_file() -> None:
    team = apart()
    team.claim("ada", "t")
    team.complete("ada", "t")
    finding = only(team, FALSE)
    check_evidence(team, finding)
    assert finding.facts == {"rule": "missing"}
    assert finding.paths == ("t.py",)
    team.write("bob", "u.py", "x\n")
    team.complete("bob", "u")
    assert len(of_kind(team, FALSE)) == 1


def written() -> Team:
    team = team_with_tests()
    team.task("t", "add.py")
    team.task("u", "safe_add.py")
    team.write("ada", "add.py", "x = 1\n", task="t")
    return team


def test_the_next_run_tells_that_it_fails() -> None:
    team = written()
    team.complete("ada", "t")
    assert of_kind(team, FALSE) == []
    team.tests("bob", "test_all.py::test_add_of_none[1]", "test_all.py::test_safe_add_x")
    finding = only(team, FALSE)
    check_evidence(team, finding)
    assert finding.verdict is Verdict.FOUND
    assert finding.facts == {"rule": "failing", "failed": "1", "before": "no"}
    assert finding.agents == ("ada", "bob")
    assert finding.seq == team.events[-1].seq
    team.tests("bob", "test_all.py::test_add_of_none[1]")
    team.end()
    assert len(of_kind(team, FALSE)) == 1


def test_the_last_run_before_tells_too() -> None:
    team = written()
    team.tests("ada", "test_all.py::test_add")
    done = team.complete("ada", "t")
    finding = only(team, FALSE)
    assert finding.facts["before"] == "yes"
    assert finding.seq == done.seq
    check_evidence(team, finding)


def test_a_run_before_the_last_write_does_not_tell() -> None:
    team = written()
    team.tests("ada", "test_all.py::test_add")
    team.write("ada", "add.py", "x = 3\n", task="t")
    team.complete("ada", "t")
    assert of_kind(team, FALSE) == []


@pytest.mark.parametrize("failures", [(), ("test_all.py::test_safe_add_x",)])
def test_not_when_its_own_tests_pass(failures: tuple[str, ...]) -> None:
    team = written()
    team.complete("ada", "t")
    team.tests("ada", *failures)
    team.end()
    assert of_kind(team, FALSE) == []


@pytest.mark.parametrize(
    ("failures", "code"), [((), 2), ((), 124), ((), 5), (("test_all.py::test_everything",), 1)]
)
def test_a_run_that_does_not_tell_leaves_it_unknown(failures: tuple[str, ...], code: int) -> None:
    team = written()
    team.complete("ada", "t")
    team.tests("ada", *failures, code=code)
    assert of_kind(team, FALSE) == []
    team.end()
    finding = only(team, FALSE)
    assert finding.verdict is Verdict.UNKNOWN
    check_evidence(team, finding)


def test_a_run_on_other_bytes_does_not_tell() -> None:
    team = written()
    team.complete("ada", "t")
    team.write("ada", "add.py", "x = 2\n")
    team.tests("ada", "test_all.py::test_add")
    team.end()
    assert only(team, FALSE).verdict is Verdict.UNKNOWN


# Tampering ----------------------------------------------------------------------------------


def rules(team: Team) -> list[str]:
    return [f.facts["rule"] for f in of_kind(team, TAMPERING)]


def test_whose_file_it_is() -> None:
    team = apart()
    team.claim("ada", "t")
    team.write("bob", "t.py", "x\n")
    team.write("bob", "t.py", "y\n")
    team.complete("ada", "t")
    team.write("bob", "t.py", "z\n")
    team.write("bob", "u.py", "x\n")
    assert rules(team) == ["held", "done", "unclaimed"]
    first = of_kind(team, TAMPERING)[0]
    check_evidence(team, first)
    assert first.severity is Severity.MEDIUM
    assert first.tasks == ("t",)


def test_the_tests_are_nobodys() -> None:
    team = team_with_tests()
    team.write("ada", "test_all.py", "pass\n")
    team.outside("test_all.py", "fail\n")
    found = of_kind(team, TAMPERING)
    assert [f.severity for f in found] == [Severity.HIGH] * 2
    assert [f.verdict for f in found] == [Verdict.FOUND, Verdict.UNKNOWN]


@pytest.mark.parametrize("agent", [e.SESSION, e.USER])
def test_the_session_and_a_person_may_write_anything(agent: str) -> None:
    team = team_with_tests()
    team.claim("ada", "task-0")
    team.write(agent, "test_all.py", "pass\n")
    team.write(agent, "mean.py", "x = 1\n")
    assert rules(team) == []


def test_a_task_that_speaks_of_a_file_makes_it_its_holders_business() -> None:
    """In its title or its description; the tests as well, and while it is held."""
    team = team_with_tests()
    team.task("mean", "mean.py")
    team.add(e.TaskAdded(task="v", title="Mend test_all.py", description="", files=("v.py",)))
    team.add(e.TaskAdded(task="w", title="w", description="Mend mean.py", files=("w.py",)))
    team.assign(e.SESSION, "v", "ada")
    team.assign(e.SESSION, "w", "bob")
    team.write("ada", "test_all.py", "pass\n")
    team.write("bob", "mean.py", "x = 1\n")
    assert rules(team) == []
    team.write("ada", "mean.py", "x = 2\n")
    team.write("bob", "test_all.py", "fail\n")
    assert rules(team) == ["unclaimed", "tests"]


def test_a_file_of_two_tasks_is_said_to_be_of_the_first() -> None:
    team = Team()
    team.task("one", "shared.py")
    team.task("two", "shared.py")
    team.claim("cy", "two")
    team.write("ada", "shared.py", "x\n")
    assert only(team, TAMPERING).tasks == ("one",)
    assert [f.tasks for f in found(team.events[1:]) if f.kind is TAMPERING] == [("one",)]


def test_a_file_that_is_gone_or_in_ones_own_worktree_is_no_stray() -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.write("bob", "notes", "one\n")
    team.outside("notes", None)
    team.write("ada", "notes", "two\n")
    team.write("bob", "other", "one\n")
    team.apart("ada", "other", "two\n")
    team.apart("ada", "other", "three\n")
    assert rules(team) == []


def test_not_ones_own_nor_what_the_task_mentions_nor_new_files() -> None:
    team = apart()
    team.claim("ada", "t")
    team.write("ada", "t.py", "x\n", task="t")
    team.complete("ada", "t")
    team.write("ada", "t.py", "y\n")
    team.add(e.TaskAdded(task="v", title="v", description="Also mend u.py.", files=("v.py",)))
    team.claim("ada", "v")
    team.write("ada", "u.py", "x\n")
    team.write("ada", "helper.py", "x\n")
    team.task("w")
    team.claim("bob", "w")
    team.write("bob", "t.py", "x\n")
    team.outside("t.py", "by hand\n")
    assert rules(team) == []


def test_anothers_file_of_no_task_while_having_ones_own() -> None:
    team = apart()
    team.write("ada", "helper.py", "x\n")
    team.write("bob", "helper.py", "y\n")
    team.claim("cy", "t")
    team.write("cy", "helper.py", "z\n")
    assert rules(team) == ["stray"]
    assert only(team, TAMPERING).severity is Severity.INFO
