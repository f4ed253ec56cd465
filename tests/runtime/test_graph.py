"""The actions on the graph of tasks in real sessions: what is carried out, and what is refused."""

from pathlib import Path

import pytest

from tests.runtime.teams import TASKS, play
from workspaces.history import events as e
from workspaces.history.state import fold

ONE = '<write_file path="one.py">def one():\n    return 1\n</write_file>'
DONE = f'<claim_task id="t1"/>{ONE}<complete_task id="t1"/>'


def refusals(events: list[e.AnyEvent]) -> list[tuple[str, str]]:
    return [(ev.action, ev.code) for ev in events if isinstance(ev, e.ActionRefused)]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ('<add_task id="t1" title="again"/>', "exists"),
        ('<add_task id="a b" title="spaces"/>', "name"),
        ('<add_task id="' + "x" * 41 + '" title="long"/>', "name"),
        ('<add_task id="a\u202eb" title="bidi"/>', "name"),
        ('<add_task id="t9" title="x" dependencies="t8"/>', "unknown-task"),
        ('<add_task id="t9" title="x" dependencies="t9"/>', "cycle"),
        ('<add_task id="t9" title="x" files="../out.py"/>', "path"),
        ('<assign_task id="t1" agent="nobody"/>', "unknown-agent"),
        ('<assign_task id="t9" agent="b"/>', "unknown-task"),
        ('<assign_task id="t2" agent="b"/>', "blocked"),
        ('<claim_task id="t1"/><assign_task id="t1" agent="a"/>', "held"),
        ('<verify_task id="t1"/>', "not-done"),
        (DONE + '<verify_task id="t1"/>', "own-work"),
        (DONE + '<claim_task id="t2"/>', "blocked"),
        (DONE + '<close_task id="t1"/>', "done"),
        ('<close_task id="t1"/><claim_task id="t1"/>', "closed"),
        ('<close_task id="t9"/>', "unknown-task"),
    ],
)
def test_what_is_not_right_is_refused(tmp_path: Path, reply: str, code: str) -> None:
    events = play(
        tmp_path / "s",
        {"a": [reply], "b": []},
        team="adaptive",
        rounds=1,
        limits={"verified": True},
    )
    [(_, found)] = refusals(events)
    assert found == code


def test_a_lead_gives_out_moves_and_takes_away(tmp_path: Path) -> None:
    """No assignment is lost, whatever else happens at the time (the paper's system lost them)."""
    events = play(
        tmp_path / "s",
        {
            "a": [
                '<assign_task id="t1" agent="b"/><assign_task id="t2" agent="b"/>'
                '<assign_task id="t3" agent="c"/>',
                '<assign_task id="t2" agent="c"/><close_task id="t3">not needed</close_task>'
                '<add_task id="t4" title="four" dependencies="t1" files="four.py">Do it</add_task>'
                '<assign_task id="t4" agent="b"/>',
            ],
            "b": [f'{ONE}<complete_task id="t1"/><assign_task id="t3" agent="b"/>'],
            "c": ['<claim_task id="t1"/><complete_task id="t3"/>'],
        },
        team="lead",
        rounds=2,
    )
    state = fold(events)
    assert {t.id: (t.status, t.owner or t.completed_by) for t in state.tasks.values()} == {
        "t1": ("done", "b"),
        "t2": ("held", "c"),
        "t3": ("closed", "c"),
        "t4": ("held", "b"),
    }
    assert state.agents["b"].tasks == ["t4"]
    assert state.agents["c"].tasks == ["t2"]
    assert set(refusals(events)) == {
        ("claim_task", "not-allowed"),
        ("assign_task", "not-allowed"),
        ("complete_task", "incomplete"),
    }


def test_an_assignment_is_seen_and_is_a_cause(tmp_path: Path) -> None:
    events = play(
        tmp_path / "s",
        {"a": ['<assign_task id="t1" agent="b"/>'], "b": []},
        team="lead",
        rounds=2,
    )
    [assigned] = [ev for ev in events if isinstance(ev, e.TaskAssigned)]
    turn = next(ev for ev in events if isinstance(ev, e.TurnStarted) and ev.agent == "b")
    assert assigned.seq in turn.causes
    text = fold(events).blobs[turn.prompts[-1].digest]
    assert "### t1 one" in text


def test_a_rejected_task_is_done_again_with_the_reason_before_its_taker(tmp_path: Path) -> None:
    events = play(
        tmp_path / "s",
        {
            "a": [DONE, "<wait/>", '<claim_task id="t1"/><complete_task id="t1"/>'],
            "b": [
                "<wait/>",
                '<verify_task id="t1">one returns a text</verify_task>',
                "<wait/>",
                '<verify_task id="t1"/><claim_task id="t2"/>',
            ],
        },
        team="adaptive",
        rounds=6,
        limits={"verified": True},
    )
    state = fold(events)
    assert (state.tasks["t1"].status, state.tasks["t1"].verified_by) == ("done", "b")
    assert state.tasks["t2"].owner == "b"
    third = [ev for ev in events if isinstance(ev, e.TurnStarted) and ev.agent == "a"][2]
    text = state.blobs[third.prompts[-1].digest]
    assert "found wrong: one returns a text" in text
    assert refusals(events) == []


def test_a_team_without_rights_to_the_graph_is_told_so(tmp_path: Path) -> None:
    events = play(
        tmp_path / "s",
        {"a": ['<add_task id="t9" title="x"/><assign_task id="t1" agent="b"/>'], "b": []},
        rounds=1,
    )
    assert [code for _, code in refusals(events)] == ["not-allowed", "not-allowed"]
    assert len(fold(events).tasks) == len(TASKS)
