"""The merge queue in whole sessions: what is merged, what is refused and why, and repairs."""

from pathlib import Path

from agents.runtime.merging import broken_tests
from tests.runtime.teams import play
from workspaces.history import events as e
from workspaces.history.state import fold

TASKS = (
    e.TaskAdded(task="t1", title="one", files=("one.py",)),
    e.TaskAdded(task="t2", title="two", files=("two.py",)),
)
ONE = '<claim_task id="t1"/><write_file path="one.py">def one():\n    return 1\n</write_file>'
DONE = '<complete_task id="t1"/>'


def run(**fields: object) -> e.TestsEnded:
    known = {"passed": 2, "failed": 1, "returncode": 1, "failures": ("a",)} | fields
    return e.TestsEnded(run=1, tree="t", errors=0, seconds=0.0, **known)  # type: ignore[arg-type]


def test_a_test_that_failed_before_may_fail_again_and_no_other() -> None:
    assert broken_tests(run(), run()) == ()
    assert broken_tests(run(), run(failures=("a", "b"))) == ("b",)
    assert broken_tests(run(), run(returncode=0, failures=())) == ()


def test_runs_that_do_not_come_to_an_end() -> None:
    assert broken_tests(run(returncode=124), run(failures=("b",))) == ()
    assert broken_tests(run(passed=0), run(failures=("b",))) == ()
    assert broken_tests(run(), run(returncode=2, failures=("test_x.py",))) == ("test_x.py",)
    assert broken_tests(run(), run(returncode=124, failures=())) == ("the whole run",)


def test_completing_merges_and_the_others_get_it(tmp_path: Path) -> None:
    reading = ["", '<read_file path="one.py"/>']
    events = play(
        tmp_path / "s", {"a": [ONE + DONE], "b": reading}, tasks=TASKS, rounds=2,
        control="worktrees",
    )  # fmt: skip
    kinds = [
        type(ev)
        for ev in events
        if ev.agent == "a"
        and isinstance(ev, e.FileWritten | e.Merged | e.WorktreeUpdated | e.TaskCompleted)
    ]
    assert kinds[:6] == [
        e.WorktreeUpdated, e.FileWritten, e.Merged, e.FileWritten, e.WorktreeUpdated,
        e.TaskCompleted,
    ]  # fmt: skip
    [shared] = [
        ev
        for ev in events
        if isinstance(ev, e.FileWritten) and ev.path == "one.py" and not ev.where
    ]
    assert (shared.agent, shared.task, shared.base, shared.replaced) == ("a", "t1", 0, 0)
    [read] = [ev for ev in events if isinstance(ev, e.FileRead)]
    assert (read.agent, read.version, read.causes) == ("b", 1, (shared.seq,))
    assert fold(events).tasks["t1"].status == "done"
    assert (tmp_path / "s/workspace/one.py").read_text().startswith("def one")


def test_a_merge_that_breaks_a_passing_test_is_refused_and_can_be_repaired(tmp_path: Path) -> None:
    wrong = '<write_file path="one.py">def one():\n    return 2\n</write_file>'
    right = '<write_file path="one.py">def one():\n    return 1  # again\n</write_file>'
    events = play(
        tmp_path / "s",
        {"a": [ONE + DONE, wrong, right]},
        tasks=TASKS,
        rounds=3,
        control="worktrees",
    )
    [refused] = [ev for ev in events if isinstance(ev, e.MergeRefused)]
    assert (refused.reason, refused.paths) == ("tests", ("one.py",))
    [said] = [ev for ev in events if isinstance(ev, e.ActionRefused)]
    assert (said.action, said.code) == ("merge", "tests")
    assert "failed: test_one.py::test_one" in said.reason
    assert (tmp_path / "s/workspace/one.py").read_text() == "def one():\n    return 1  # again\n"
    assert [ev.returncode for ev in events if isinstance(ev, e.TestsEnded)][-1] == 0


def test_one_of_two_that_write_the_same_new_file_must_resolve(tmp_path: Path) -> None:
    """b's reply is shorter, so that its file is merged first."""
    other = '<write_file path="one.py">def one():\n    return 1 + 0\n</write_file>'
    resolved = '<write_file path="one.py">def one():\n    return 1 * 1\n</write_file>'
    events = play(
        tmp_path / "s",
        {"a": [ONE + DONE, resolved + DONE], "b": [other]},
        tasks=TASKS,
        rounds=2,
        control="worktrees",
    )
    [refused] = [ev for ev in events if isinstance(ev, e.MergeRefused)]
    assert (refused.agent, refused.reason) == ("a", "conflict")
    second = [ev for ev in events if isinstance(ev, e.TurnStarted) and ev.agent == "a"][1]
    shown = fold(events).blobs[second.prompts[-1].digest]
    assert "<<<<<<< a\n" in shown
    assert "complete_task t1: refused (conflict)" in shown
    assert "return 1 * 1" in (tmp_path / "s/workspace/one.py").read_text()
    assert fold(events).tasks["t1"].status == "done"


def test_the_system_message_says_what_control_applies(tmp_path: Path) -> None:
    for control, word in (("optimistic", "stale"), ("leases", "lease"), ("worktrees", "worktree")):
        events = play(tmp_path / control, {"a": []}, rounds=1, control=control)
        started = next(ev for ev in events if isinstance(ev, e.TurnStarted))
        assert word in fold(events).blobs[started.prompts[0].digest]
