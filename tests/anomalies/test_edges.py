"""What no other test looked at until mutants showed it: the edges of definitions, kind by kind."""

import pytest
from msgspec.structs import replace

from tests.anomalies.stories import found, only
from tests.anomalies.team import Team
from tests.planting.dropping import without
from workspaces.anomalies.finding import Finding, Kind, Severity, Verdict
from workspaces.anomalies.witness import seconds
from workspaces.anomalies.writes import had_seen, verb
from workspaces.history import events as e

GROW = "def grow(x):\n    return x + 1\n"
CALL = "from module import grow\n\nprint(grow(2))\n"


def of(team: Team, kind: Kind) -> list[Finding]:
    return [finding for finding in found(team.events) if finding.kind is kind]


def roots(team: Team, lost: int | None = None) -> str:
    """How the hunks of the last concurrent write relate, with one write missing if given."""
    events = without(team.events, {lost}).events if lost else team.events
    return [f for f in found(events) if f.kind is Kind.CONCURRENT_WRITE][-1].facts["hunks"]


def test_two_writes_are_compared_from_where_they_part() -> None:
    """Ada's first version and Bob's, made blind, both come from nothing; Cy went on from Bob's."""
    team = Team()
    team.write("ada", "notes", "one\n")
    middle = team.write("bob", "notes", "two\n")
    team.read("cy", "notes")
    team.write("cy", "notes", "two\nthree\n")
    assert roots(team) == "overlapping"
    assert roots(team, middle.seq) == "unknown"
    team.write("dee", "notes", "four\n")
    assert roots(team) == "overlapping"
    assert roots(team, middle.seq) == "unknown"


def test_a_module_that_did_not_parse_had_no_signatures() -> None:
    team = Team()
    team.write(e.SESSION, "module.py", "def grow(x:\n")
    team.write("bob", "caller.py", CALL)
    team.write("ada", "module.py", GROW.replace("(x)", "(x, y)"))
    assert of(team, Kind.WRITE_SKEW) == []


# Writes ------------------------------------------------------------------------------------------


def test_writes_for_no_task_name_none() -> None:
    team = Team()
    team.write("ada", "notes", "one\n")
    team.write("bob", "notes", "two\n")
    assert {finding.tasks for finding in found(team.events)} == {()}


@pytest.mark.parametrize("reader", ["ada", "bob", ""])
def test_a_new_file_by_two_comes_from_no_file_whoever_looked(reader: str) -> None:
    """Having seen that there is none and not having looked start from the same: nothing."""
    team = Team()
    if reader:
        team.read(reader, "notes")
    team.write("ada", "notes", "one\n")
    team.write("bob", "notes", "two\n")
    assert only(team, Kind.CONCURRENT_WRITE).facts["hunks"] == "overlapping"


def test_what_came_back_before_it_was_read_is_no_revert_when_written_again() -> None:
    team = Team()
    for text in ("one\n", "two\n", "one\n"):
        team.write("ada", "notes", text)
    team.read("bob", "notes")
    team.write("ada", "notes", "one\n")
    assert of(team, Kind.DIRTY_READ) == []


def test_a_dirty_read_says_whose_task_it_was() -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.write("ada", "mean.py", "one\n", task="task-0")
    team.read("bob", "mean.py")
    team.add(e.TaskReleased(agent="ada", task="task-0"))
    team.read("cy", "mean.py")
    held, free = of(team, Kind.DIRTY_READ)
    assert "held by ada" in held.witness[-1].reason
    assert "held by nobody" in free.witness[-1].reason
    team.add(e.TaskCompleted(agent="ada", task="task-0"))
    team.outside("mean.py", None)
    back = [f for f in of(team, Kind.DIRTY_READ) if f.facts["why"] == "reverted"]
    assert [finding.tasks for finding in back] == [("task-0",), ("task-0",)]


def test_the_sessions_own_writes_are_no_livelock() -> None:
    team = Team()
    for number in range(4):
        agent = ("ada", e.SESSION)[number % 2]
        team.write(agent, "notes", ("one\n", "two\n")[number % 2])
    assert of(team, Kind.LIVELOCK) == []


# Code --------------------------------------------------------------------------------------------


def module(team: Team) -> None:
    team.write(e.SESSION, "module.py", GROW)


def test_a_broken_call_names_who_wrote_first_first() -> None:
    for change_first in (True, False):
        team = Team()
        module(team)
        steps = [
            ("ada", "module.py", GROW.replace("(x)", "(x, y)")),
            ("bob", "caller.py", CALL),
        ]
        for agent, path, text in steps if change_first else steps[::-1]:
            team.write(agent, path, text)
        expected = ("ada", "bob") if change_first else ("bob", "ada")
        assert only(team, Kind.WRITE_SKEW).agents == expected


def test_an_import_in_a_text_of_words_calls_nothing() -> None:
    team = Team()
    module(team)
    team.write("ada", "module.py", GROW.replace("(x)", "(x, y)"))
    team.write("bob", "caller.py", f'"""\n{CALL}"""\n\ngrow = len\ngrow("ab")\n')
    assert of(team, Kind.WRITE_SKEW) == []


def test_a_caller_in_a_worktree_of_its_own_is_not_broken_yet() -> None:
    team = Team()
    module(team)
    team.write("ada", "module.py", GROW.replace("(x)", "(x, y)"))
    team.apart("bob", "caller.py", CALL)
    assert of(team, Kind.WRITE_SKEW) == []


def test_a_hidden_dependency_names_the_first_task_of_each_file() -> None:
    team = Team()
    team.task("one", "module.py")
    team.task("two", "module.py")
    team.task("three", "caller.py")
    team.task("four", "caller.py")
    team.claim("ada", "three")
    team.write("ada", "caller.py", CALL)
    finding = only(team, Kind.HIDDEN_DEPENDENCY)
    assert finding.tasks == ("three", "one")
    assert finding.severity is Severity.LOW


def test_a_hidden_dependency_against_the_graph_weighs_more() -> None:
    team = Team()
    team.task("caller", "caller.py")
    team.task("module", "module.py", needs=("caller",))
    team.claim("ada", "caller")
    team.write("ada", "caller.py", CALL)
    assert only(team, Kind.HIDDEN_DEPENDENCY).severity is Severity.MEDIUM


# The task board ----------------------------------------------------------------------------------


def test_a_write_for_a_task_that_was_never_added_is_passed_over() -> None:
    team = Team()
    team.write("ada", "notes", "one\n", task="nowhere")
    assert found(team.events) == []


def test_only_the_tasks_of_who_stopped_are_free() -> None:
    team = Team()
    team.claim("ada", "task-0")
    team.add(e.AgentStopped(agent="cy", reason="crashed"))
    team.claim("bob", "task-0")
    assert only(team, Kind.DUPLICATE_WORK).agents == ("ada", "bob")


def test_a_second_making_is_told_once_for_each_maker() -> None:
    team = Team()
    team.task("build")
    for agent in ("ada", "bob"):
        for name in ("one", "two"):
            team.write(agent, f"{agent}_{name}.py", GROW, task="build")
    assert [finding.agents for finding in of(team, Kind.DUPLICATE_WORK)] == [("ada", "bob")]


@pytest.mark.parametrize(
    ("other", "same"), [(GROW, "yes"), ("def grow(x):\n    y = 2\n    return x * y\n", "no")]
)
def test_two_makings_are_the_same_when_nine_lines_of_ten_are(other: str, same: str) -> None:
    team = Team()
    team.task("build")
    team.write("ada", "one.py", GROW, task="build")
    team.write("bob", "two.py", other, task="build")
    assert only(team, Kind.DUPLICATE_WORK).facts["same"] == same


def test_a_text_that_is_no_python_is_made_twice_by_its_name() -> None:
    team = Team()
    team.task("write")
    team.write("ada", "a/guide.txt", "def grow(x): ...\n", task="write")
    team.write("bob", "b/other.txt", "def grow(x): ...\n", task="write")
    assert of(team, Kind.DUPLICATE_WORK) == []
    team.write("cy", "c/guide.txt", "something else\n", task="write")
    assert only(team, Kind.DUPLICATE_WORK).agents == ("ada", "cy")


def test_a_task_without_files_is_complete_when_its_owner_says_so() -> None:
    team = Team()
    team.task("talk")
    team.claim("ada", "talk")
    team.complete("ada", "talk")
    team.add(e.SessionEnded(reason="done", success=True))
    assert of(team, Kind.FALSE_COMPLETION) == []


def test_a_file_in_the_agents_own_worktree_is_there() -> None:
    for agent in ("ada", "bob"):
        team = Team()
        team.claim("ada", "task-0")
        team.apart(agent, "mean.py", GROW)
        team.complete("ada", "task-0")
        assert len(of(team, Kind.FALSE_COMPLETION)) == (agent == "bob")


def test_what_is_missing_is_counted_in_words() -> None:
    team = Team()
    team.task("both", "one.txt", "two.txt")
    team.claim("ada", "both")
    team.complete("ada", "both")
    finding = only(team, Kind.FALSE_COMPLETION)
    assert finding.paths == ("one.txt", "two.txt")
    assert "one.txt and two.txt do not exist" in finding.summary
    team = Team()
    team.task("single", "one.txt")
    team.claim("ada", "single")
    team.complete("ada", "single")
    assert "one.txt does not exist" in only(team, Kind.FALSE_COMPLETION).summary


# Time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("waits", "told"), [(2.9, False), (3.5, True)])
def test_three_usual_turns_are_a_long_wait(waits: float, told: bool) -> None:
    team = Team()
    for _ in range(4):
        for agent in ("ada", "bob"):
            team.turn(agent, seconds=10.0)
    team.now += 10.0 * waits
    team.begin_turn("bob")
    idle = [finding for finding in of(team, Kind.IDLE) if finding.agents == ("bob",)]
    assert bool(idle) == told


def test_an_unknown_verdict_is_an_outside_writers() -> None:
    team = Team()
    team.write("ada", "notes", "one\n")
    team.outside("notes", "two\n")
    assert {finding.verdict for finding in found(team.events)} == {Verdict.UNKNOWN}


def test_lines_that_were_not_lost_are_not_said_to_be_back() -> None:
    team = Team()
    team.write(e.SESSION, "notes", "one\ntwo\nthree\n")
    team.read("bob", "notes")
    team.write("ada", "notes", "one\nTWO\nthree\n")
    team.write("bob", "notes", "one\nTWO\nthree\nfour\n")
    team.write("bob", "notes", "one\nTWO\nthree\nfour\nfive\n")
    assert [finding.facts["strong"] for finding in of(team, Kind.LOST_UPDATE)] == ["no"]


def test_what_the_session_lays_out_anew_is_no_rival_of_a_worktree() -> None:
    team = Team()
    team.write(e.SESSION, "notes", "one\n")
    team.write(e.SESSION, "notes", "two\n")
    team.apart("ada", "notes", "three\n", base=1)
    assert of(team, Kind.MERGE_CONFLICT) == []


def test_a_refused_merge_may_name_no_paths() -> None:
    team = Team()
    team.add(e.MergeRefused(agent="ada", task="task-0", reason="conflict"))
    assert "changes of the worktree collide" in only(team, Kind.MERGE_CONFLICT).summary


@pytest.mark.parametrize(("needs", "cause"), [(("task-0",), "dependency"), ((), "barrier")])
def test_who_holds_a_task_waits_for_what_it_needs_or_for_the_round(
    needs: tuple[str, ...], cause: str
) -> None:
    team = Team()
    team.task("mine", needs=needs)
    team.assign(e.SESSION, "mine", "bob")
    for _ in range(4):
        for agent in ("ada", "bob"):
            team.turn(agent, seconds=10.0)
    team.now += 60.0
    team.begin_turn("bob")
    told = [finding for finding in of(team, Kind.IDLE) if finding.agents == ("bob",)]
    assert told[-1].facts["cause"] == cause


@pytest.mark.parametrize(("times", "told"), [(1.8, 0), (2.4, 1)])
def test_twice_the_usual_turn_is_a_straggler(times: float, told: int) -> None:
    team = Team()
    for _ in range(4):
        for agent in ("ada", "bob"):
            team.turn(agent, seconds=10.0)
    team.turn("cy", seconds=10.0 * times)
    assert len([f for f in of(team, Kind.STRAGGLER) if f.agents == ("cy",)]) == told


def test_somebody_elses_stray_file_names_them_but_not_the_session() -> None:
    for author, agents in ((e.SESSION, ("ada",)), ("bob", ("bob", "ada"))):
        team = Team()
        team.write(author, "notes", "one\n")
        team.claim("ada", "task-0")
        team.write("ada", "notes", "two\n")
        finding = only(team, Kind.TAMPERING)
        assert (finding.facts["rule"], finding.agents) == ("stray", agents)


def test_nothing_beneath_type_checking_is_a_dependency_however_deep() -> None:
    team = Team()
    team.task("module", "module.py")
    team.task("caller", "caller.py")
    team.claim("ada", "caller")
    text = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    if True:\n        "
    team.write("ada", "caller.py", text + "from module import grow\n")
    assert of(team, Kind.HIDDEN_DEPENDENCY) == []


def test_nobody_waits_for_itself() -> None:
    team = Team()
    team.task("mine", needs=("task-0",))
    team.assign(e.SESSION, "mine", "ada")
    team.begin_turn("ada")
    team.refuse("ada", "held", "mine")
    team.end_turn("ada")
    assert of(team, Kind.DEADLOCK) == []


def test_a_write_for_a_task_without_files_is_work_on_it() -> None:
    team = Team()
    team.task("talk", needs=("task-0",))
    team.write("ada", "notes", "one\n", task="talk")
    assert only(team, Kind.DEPENDENCY_VIOLATION).tasks == ("talk", "task-0")


def test_a_file_that_is_deleted_in_ones_own_tree_is_missing() -> None:
    for blob, missing in (("", True), ("kept", False)):
        team = Team()
        team.task("make", "made.txt")
        team.claim("ada", "make")
        head = team.apart("ada", "made.txt", "one\n")
        assert isinstance(head, e.FileWritten)
        team.add(replace(head, version=2, base=1, replaced=1, blob=blob))
        team.complete("ada", "make")
        assert bool(of(team, Kind.FALSE_COMPLETION)) is missing


def test_what_somebody_has_only_claimed_is_open() -> None:
    team = Team()
    team.task("late", needs=("task-0",))
    team.claim("bob", "task-0")
    team.claim("ada", "late")
    assert only(team, Kind.DEPENDENCY_VIOLATION).facts["degree"] == "open"


def test_a_write_on_what_one_was_not_told_is_done() -> None:
    team = Team()
    team.task("late", "late.py", needs=("task-0",))
    team.claim("bob", "task-0")
    team.complete("bob", "task-0")
    team.write("ada", "late.py", "x = 1\n", task="late")
    assert only(team, Kind.DEPENDENCY_VIOLATION).facts["degree"] == "unseen"


def test_ones_own_stray_file_is_ones_own() -> None:
    team = Team()
    team.write("ada", "notes", "one\n")
    team.claim("ada", "task-0")
    team.write("ada", "notes", "two\n")
    assert of(team, Kind.TAMPERING) == []


def test_what_was_never_added_cannot_be_complete() -> None:
    """A dependency that is in no graph is open, and in a whole history nobody need doubt it."""
    team = Team()
    team.task("late", needs=("nowhere",))
    team.claim("ada", "late")
    finding = only(team, Kind.DEPENDENCY_VIOLATION)
    assert (finding.verdict, finding.facts["degree"]) == (Verdict.FOUND, "open")


def test_the_holder_of_one_of_two_missing_dependencies_begins_too_early() -> None:
    team = Team()
    team.task("one")
    team.task("two")
    team.task("late", "late.py", needs=("one", "two"))
    team.claim("ada", "one")
    team.write("ada", "late.py", "x = 1\n", task="late")
    assert only(team, Kind.DEPENDENCY_VIOLATION).facts["missing"] == "one, two"


def test_a_file_outside_the_task_that_a_write_names_is_not_work_on_it() -> None:
    team = Team()
    team.task("late", "late.py", needs=("task-0",))
    team.write("ada", "notes", "x\n", task="late")
    assert of(team, Kind.DEPENDENCY_VIOLATION) == []


def test_nine_of_ten_lines_and_a_bit_less() -> None:
    """9 lines in common of 10 and 10 are 90%, of 10 and 11 are 86%."""
    body = "def grow(x):\n" + "".join(f"    x += {number}\n" for number in range(8))
    for more, same in (("    return x * 2\n", "yes"), ("    x = 9\n    return x * 2\n", "no")):
        team = Team()
        team.task("build")
        team.write("ada", "one.py", body + "    return x\n", task="build")
        team.write("bob", "two.py", body + more, task="build")
        assert only(team, Kind.DUPLICATE_WORK).facts["same"] == same


def test_lost_lines_are_said_to_be_back_once_however_late() -> None:
    team = Team()
    team.write(e.SESSION, "notes", "one\ntwo\n")
    team.read("bob", "notes")
    team.write("ada", "notes", "one\nTWO\n")
    team.write("bob", "notes", "ONE\ntwo\n")
    for text in ("ONE\nthree\n", "ONE\nTWO\nthree\n", "ONE\nTWO\nfour\n"):
        team.write("bob", "notes", text)
    notes = [f for f in of(team, Kind.LOST_UPDATE) if f.verdict is Verdict.CLEAR]
    assert [finding.facts["newer"] for finding in notes] == ["5"]


def test_half_of_the_lines_lost_is_not_yet_most_of_them() -> None:
    for lines, severity in ((2, Severity.MEDIUM), (1, Severity.HIGH)):
        team = Team()
        team.write("ada", "notes", "one\ntwo\n"[: 4 * lines])
        team.write("bob", "notes", "three\ntwo\n")
        assert only(team, Kind.OVERWRITE).severity is severity


def test_an_import_within_a_function_is_a_dependency_too() -> None:
    team = Team()
    team.task("module", "module.py")
    team.task("caller", "caller.py")
    team.claim("ada", "caller")
    team.write("ada", "caller.py", "def late():\n    from module import grow\n    return grow\n")
    assert only(team, Kind.HIDDEN_DEPENDENCY).tasks == ("caller", "module")


def test_a_refused_merge_names_its_paths() -> None:
    team = Team()
    team.add(e.MergeRefused(agent="ada", task="task-0", reason="conflict", paths=("notes", "plan")))
    finding = only(team, Kind.MERGE_CONFLICT)
    assert "changes of notes and plan collide" in finding.summary
    assert finding.case == "merge:notes:ada"


def test_how_long_something_took_in_words() -> None:
    said = [seconds(value) for value in (0.25, 9.9, 10.0, 119.0, 120.0)]
    assert said == ["0.2 s", "9.9 s", "10 s", "119 s", "2 min"]


def test_what_a_writer_did_and_had_seen_in_words() -> None:
    team = Team()
    blind = team.write("ada", "notes", "one\n")
    team.read("bob", "none")
    first = team.write("bob", "none", "one\n")
    second = team.write("bob", "none", "two\n")
    gone = team.outside("none", None)
    writes = [w for w in (blind, first, second) if isinstance(w, e.FileWritten)]
    assert [had_seen(write) for write in writes] == [
        "without having read it",
        "when it had last seen no such file",
        "having last seen version 1",
    ]
    assert isinstance(gone, e.OutsideWrite)
    assert (verb(gone), had_seen(gone)) == ("deleted", "what it had read is not recorded")
    assert [verb(writes[0]), verb(replace(writes[0], edit=True))] == ["wrote", "edited"]


def test_code_that_does_not_parse_is_no_compatible_change() -> None:
    team = Team()
    for path in ("x.py", "y.py"):
        team.write(e.SESSION, path, GROW)
    team.read("ada", "x.py")
    team.read("bob", "y.py")
    team.write("ada", "y.py", "def grow(x:\n")
    team.write("bob", "x.py", GROW + "\n\ndef more():\n    return 1\n")
    assert only(team, Kind.WRITE_SKEW).facts["rule"] == "A5B"


def test_a_message_pushed_out_had_no_turns_to_be_read_in() -> None:
    team = Team()
    sent = team.send("ada", "bob")
    team.deliver("bob", sent)
    team.add(e.ContextTrimmed(agent="bob", turn=1, messages=(sent.seq,)))
    assert only(team, Kind.LOST_MESSAGE).facts == {"rule": "pushed-out", "turns": "0"}


def test_short_turns_are_told_in_times_as_well() -> None:
    team = Team()
    for _ in range(4):
        for agent in ("ada", "bob"):
            team.turn(agent, seconds=0.5)
    team.turn("cy", seconds=4.0)
    assert [f.facts["times"] for f in of(team, Kind.STRAGGLER)] == ["8.0"]
