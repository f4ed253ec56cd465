"""A planned backup: two agents do one task, the first valid result wins, and nothing is lost."""

from pathlib import Path

import pytest

from tests.runtime.teams import play
from workspaces.anomalies.registry import Findings
from workspaces.files.controls.control import NAMES as CONTROLS
from workspaces.history import events as e
from workspaces.history.state import State, fold

TASKS = (
    e.TaskAdded(task="t1", title="one", files=("one.py",)),
    e.TaskAdded(task="t3", title="three", files=("three.py",)),
)
WAITS = ["<wait/>"] * 4
SLOW = '<write_file path="one.py">def one():\n    return 1  # slow\n</write_file>'
FAST = '<write_file path="one.py">def one():\n    return 1  # fast\n</write_file>'
BOTH = '<write_file path="one.py">def one():\n    return 1  # slow, fast\n</write_file>'
THREE = (
    '<claim_task id="t3"/><write_file path="three.py">x = 3</write_file><complete_task id="t3"/>'
)


def race(folder: Path, control: str, slow: list[str], fast: list[str]) -> list[e.AnyEvent]:
    """`a` claims t1 and shows no sign of work until `b` has been made its backup; from then on
    they give these replies."""
    return play(
        folder,
        {"a": ['<claim_task id="t1"/>', *WAITS, *slow], "b": [THREE, *WAITS, *fast]},
        tasks=TASKS,
        rounds=5 + max(len(slow), len(fast)),
        control=control,
        limits={"recovery": "backup"},
    )


def refusals(events: list[e.AnyEvent], agent: str) -> list[str]:
    return [ev.code for ev in events if isinstance(ev, e.ActionRefused) and ev.agent == agent]


def kinds(events: list[e.AnyEvent]) -> set[str]:
    """The kinds of findings in a history."""
    state, findings = State(), Findings()
    for event in events:
        state.apply(event)
        findings.observe(event, state)
    return {kind for kind, count in findings.counts().items() if count}


@pytest.mark.parametrize("control", CONTROLS)
def test_the_first_result_wins_and_the_loser_is_told(tmp_path: Path, control: str) -> None:
    """b completes while a's reply is still to be carried out."""
    late = f"<read_file path='one.py'/><read_file path='one.py'/><read_file path='one.py'/>{SLOW}"
    events = race(
        tmp_path / "s", control, [late + '<complete_task id="t1"/>'],
        [FAST + '<complete_task id="t1"/>'],
    )  # fmt: skip
    [missed] = [ev for ev in events if isinstance(ev, e.HeartbeatMissed)]
    [backup] = [ev for ev in events if isinstance(ev, e.BackupStarted)]
    assert (missed.owner, missed.rounds, backup.owner) == ("a", 4, "b")
    state = fold(events)
    assert (state.tasks["t1"].completed_by, state.tasks["t1"].beaten) == ("b", "a")
    assert refusals(events, "a")[-1] == "done"
    shared = state.latest("one.py")
    assert shared
    assert "fast" in (state.text(shared.blob) or "")
    if control != "worktrees":
        assert refusals(events, "a") == ["superseded", "done"]
    else:
        assert not state.worktrees["a"].heads, "the loser's version is merged no more"
    assert not kinds(events) & {"duplicate-work", "split-brain", "lost-update"}


@pytest.mark.parametrize("control", CONTROLS[:3])
def test_neither_replaces_what_it_has_not_seen(tmp_path: Path, control: str) -> None:
    """Both write at once; the second is shown the first's version and goes on from it."""
    events = race(
        tmp_path / "s",
        control,
        [SLOW, "<wait/>", '<complete_task id="t1"/>'],
        [FAST, BOTH + '<complete_task id="t1"/>', "<wait/>"],
    )
    assert refusals(events, "b")[:1] == ["stale"]
    writes = [ev for ev in events if isinstance(ev, e.FileWritten) and ev.path == "one.py"]
    assert [(ev.agent, ev.base, ev.replaced) for ev in writes] == [("a", 0, 0), ("b", 1, 1)] or [
        (ev.agent, ev.base, ev.replaced) for ev in writes
    ] == [("a", -1, 0), ("b", 1, 1)]
    assert not kinds(events) & {"duplicate-work", "split-brain", "lost-update"}


@pytest.mark.parametrize("control", CONTROLS)
def test_the_holder_may_win_too(tmp_path: Path, control: str) -> None:
    events = race(
        tmp_path / "s",
        control,
        [SLOW + '<complete_task id="t1"/>'],
        ["<list_files/>" * 6 + FAST + '<complete_task id="t1"/>'],
    )
    state = fold(events)
    assert (state.tasks["t1"].completed_by, state.tasks["t1"].beaten) == ("a", "b")
    assert refusals(events, "b")[-1] == "done"
    latest = state.latest("one.py")
    assert latest
    assert "slow" in (state.text(latest.blob) or "")


def test_from_its_next_turn_on_the_loser_may_write_again(tmp_path: Path) -> None:
    """It has seen by then that the race is over; correcting a file is anyone's right."""
    events = race(
        tmp_path / "s",
        "none",
        ["<list_files/>" * 4 + SLOW, BOTH],
        [FAST + '<complete_task id="t1"/>', "<wait/>"],
    )
    # The last round is not played: all is done.
    assert refusals(events, "a") == ["superseded"]
    state = fold([*events])
    state.apply(e.TurnStarted(agent="a", turn=state.agents["a"].turn + 1, round=9, prompts=()))
    assert state.superseded("a", "one.py") is None


def test_one_who_gives_up_leaves_it_to_the_other(tmp_path: Path) -> None:
    events = race(
        tmp_path / "s",
        "none",
        ['<release_task id="t1"/>', "<wait/>"],
        ["<wait/>", FAST + '<complete_task id="t1"/>'],
    )
    state = fold(events)
    assert (state.tasks["t1"].completed_by, state.tasks["t1"].beaten) == ("b", "")
