"""Changed signatures, at the edges: whose calls count, which files, and how many are remembered."""

from tests.anomalies.stories import of_kind, only
from tests.anomalies.team import Team
from workspaces.anomalies.broken_caller import MOST_CALLERS, MOST_CHANGES
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

KIND = Kind.WRITE_SKEW
GROW = "def grow(x):\n    return x + 1\n"
WIDER = "def grow(x, y):\n    return x + y\n"
CALL = "from module import grow\n\nprint(grow(2))\n"


def module() -> Team:
    team = Team()
    team.write(e.SESSION, "module.py", GROW)
    return team


def test_a_call_in_a_worktree_is_not_taken_for_the_shared_version_of_that_number() -> None:
    team = module()
    team.write(e.SESSION, "caller.py", CALL)
    team.write("ada", "module.py", WIDER)
    team.apart("bob", "caller.py", CALL.replace("2", "2, 3"))
    assert of_kind(team, KIND) == []


def test_what_reads_like_code_in_a_file_that_is_none_calls_nothing() -> None:
    team = module()
    team.write("ada", "module.py", WIDER)
    team.write("bob", "caller.txt", CALL)
    assert of_kind(team, KIND) == []


def test_a_caller_that_does_not_parse_yet_calls_nothing() -> None:
    team = module()
    team.write("ada", "module.py", WIDER)
    team.write("bob", "caller.py", f"{CALL}def (")
    assert of_kind(team, KIND) == []


def test_a_caller_that_the_session_lays_out_is_nobodys() -> None:
    team = module()
    team.write("ada", "module.py", WIDER)
    team.write(e.SESSION, "caller.py", CALL)
    assert of_kind(team, KIND) == []


def test_a_module_that_was_only_planned_when_it_was_called() -> None:
    team = Team()
    team.task("make", "module.py")
    team.write("bob", "caller.py", CALL)
    team.write("ada", "module.py", GROW)
    team.write("ada", "module.py", WIDER)
    assert only(team, KIND).agents == ("bob", "ada")


def test_who_has_read_the_caller_changes_what_it_calls_knowingly() -> None:
    team = module()
    team.write("bob", "caller.py", CALL)
    team.read("ada", "caller.py")
    team.write("ada", "module.py", WIDER)
    assert of_kind(team, KIND) == []


def test_changes_within_functions_do_not_push_a_changed_signature_out() -> None:
    team = module()
    for number in range(MOST_CHANGES + 1):
        team.write("ada", "module.py", WIDER.replace("x + y", f"x + y + {number}"))
    team.write("bob", "caller.py", CALL)
    assert only(team, KIND).facts["function"] == "grow"


def test_of_very_many_callers_the_newest_are_looked_at() -> None:
    team = module()
    for number in range(MOST_CALLERS + 1):
        team.write("bob", f"caller_{number}.py", CALL)
    team.write("ada", "module.py", WIDER)
    paths = [finding.paths[0] for finding in of_kind(team, KIND)]
    assert paths == [f"caller_{number}.py" for number in range(1, MOST_CALLERS + 1)]
