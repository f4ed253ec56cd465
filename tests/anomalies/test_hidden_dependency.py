"""Hidden dependencies, at the edges: which files of which tasks, and when the graph has changed."""

import pytest

from tests.anomalies.stories import of_kind, only
from tests.anomalies.team import Team
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

KIND = Kind.HIDDEN_DEPENDENCY


def three(*, needs: tuple[str, ...] = ()) -> Team:
    """`t`, `w` and `u`, each with one file; `u` may need others."""
    team = Team()
    team.task("t", "t.py")
    team.task("w", "w.py")
    team.task("u", "u.py", needs=needs)
    return team


def pairs(team: Team) -> list[tuple[str, ...]]:
    return [finding.tasks for finding in of_kind(team, KIND)]


BOTH = "import t\nimport w\n"


def test_what_is_added_to_the_graph_counts_from_then_on() -> None:
    team = three()
    team.write("ada", "u.py", "import t\n")
    team.task("u", "u.py", needs=("w",))
    team.write("ada", "u.py", BOTH)
    assert pairs(team) == [("u", "t")]


def test_a_pair_of_tasks_is_told_of_once_though_another_is_new() -> None:
    team = three()
    team.write("ada", "u.py", "import t\n")
    team.write("ada", "u.py", BOTH)
    team.write("ada", "u.py", f"{BOTH}x = 1\n")
    assert pairs(team) == [("u", "t"), ("u", "w")]


@pytest.mark.parametrize("needs", [("t",), ("t", "nowhere")])
def test_what_the_graph_knows_is_left_out_though_another_is_new(needs: tuple[str, ...]) -> None:
    team = three(needs=needs)
    team.write("ada", "u.py", BOTH)
    assert pairs(team) == [("u", "w")]


def test_a_graph_that_goes_in_a_circle_has_an_end() -> None:
    team = three(needs=("t",))
    team.task("t", "t.py", needs=("u",))
    team.write("ada", "u.py", BOTH)
    assert pairs(team) == [("u", "w")]


def test_files_of_one_task_may_import_each_other_though_another_is_new() -> None:
    team = three()
    team.task("u", "u.py", "t.py")
    team.task("t", "other.py")
    team.write("ada", "u.py", BOTH)
    assert pairs(team) == [("u", "w")]


def test_a_file_that_is_no_tasks_any_more_ties_nothing() -> None:
    team = three()
    team.task("t")
    team.write("ada", "u.py", BOTH)
    team.write("ada", "t.py", "import w\n")
    assert pairs(team) == [("u", "w")]


def test_what_reads_like_an_import_in_a_file_of_words_is_none() -> None:
    team = three()
    team.task("guide", "guide.txt")
    team.write("ada", "guide.txt", BOTH)
    assert pairs(team) == []


def test_a_file_in_a_worktree_is_read_as_it_is_there() -> None:
    team = three()
    team.write("bob", "u.py", "x = 1\n")
    team.apart("ada", "u.py", BOTH)
    assert pairs(team) == [("u", "t"), ("u", "w")]


def test_a_file_that_was_deleted_imports_nothing() -> None:
    team = three()
    team.write("ada", "u.py", "import t\n")
    team.outside("u.py", None)
    assert pairs(team) == [("u", "t")]


@pytest.mark.parametrize(
    ("needs", "graph"),
    [((), "the graph does not say that u needs t"), (("u",), "the graph says that t needs u")],
)
def test_what_the_graph_says_in_words(needs: tuple[str, ...], graph: str) -> None:
    team = three()
    team.task("t", "t.py", needs=needs)
    made = team.write("bob", "t.py", "x = 1\n")
    wrote = team.write("ada", "u.py", "import t\n")
    finding = only(team, KIND)
    assert finding.summary == f"u.py of u imports t.py of t, but {graph}."
    assert [step.seq for step in finding.witness] == [made.seq, wrote.seq]


def test_a_file_that_is_not_there_yet_is_imported_by_its_task() -> None:
    team = three()
    wrote = team.outside("u.py", "import t\n")
    finding = only(team, KIND)
    assert finding.agents == (e.OUTSIDE,)
    assert [step.seq for step in finding.witness] == [wrote.seq]
