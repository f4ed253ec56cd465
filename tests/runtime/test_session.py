"""The session's rules, played by scripted agents on a real repository."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.models.base import Chunk, ModelError, Request, TextChunk, Usage
from agents.models.scripted import ScriptedModel
from agents.runtime.session import Session
from tests.runtime.teams import play
from workspaces.history import events as e
from workspaces.history.clocks import precedes
from workspaces.history.state import fold

ONE = '<write_file path="one.py">def one():\n    return 1\n</write_file>'


def of(events: list[e.AnyEvent], *kinds: type) -> list[e.AnyEvent]:
    return [event for event in events if isinstance(event, kinds)]


def test_actions_are_applied_in_the_order_written(tmp_path: Path) -> None:
    """A completion written before its file is refused; the paper's system reorders instead."""
    reply = f'<claim_task id="t1"/><complete_task id="t1"/>{ONE}<complete_task id="t1"/>'
    events = play(tmp_path / "s", {"a": [reply]}, rounds=1)
    acts = of(events, e.TaskClaimed, e.ActionRefused, e.FileWritten, e.TaskCompleted)
    acts = [event for event in acts if event.agent == "a"]
    assert [type(event) for event in acts] == [
        e.TaskClaimed,
        e.ActionRefused,
        e.FileWritten,
        e.TaskCompleted,
    ]
    [refused] = of(events, e.ActionRefused)
    assert isinstance(refused, e.ActionRefused)
    assert (refused.action, refused.code) == ("complete_task", "incomplete")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ('<claim_task id="t2"/>', "blocked"),
        ('<claim_task id="t9"/>', "unknown-task"),
        ('<claim_task id="t1"/><claim_task id="t1"/>', "yours"),
        ('<complete_task id="t1"/>', "not-yours"),
        ('<release_task id="t1"/>', "not-yours"),
        ('<write_file path="../x.py">x</write_file>', "path"),
        ('<write_file path="/etc/x">x</write_file>', "path"),
        ('<write_file path=".git/config">x</write_file>', "path"),
        ('<write_file path="test_one.py">x</write_file>', "protected"),
        (
            '<edit_file path="no.py"><search>a</search><replace>b</replace></edit_file>',
            "missing",
        ),
        ('<send_message to="nobody">hi</send_message>', "unknown-agent"),
        ('<send_message to="a">me</send_message>', "unknown-agent"),
        ("<claim_task id=t1/>", "malformed"),
    ],
)
def test_what_is_not_allowed_is_refused_and_recorded(tmp_path: Path, reply: str, code: str) -> None:
    events = play(tmp_path / "s", {"a": [reply], "b": []}, rounds=1)
    refusals = [event for event in events if isinstance(event, e.ActionRefused)]
    assert [refusal.code for refusal in refusals] == [code]
    assert refusals[0].reason


def test_two_claims_of_one_task(tmp_path: Path) -> None:
    claim = '<claim_task id="t1"/>'
    events = play(tmp_path / "s", {"a": [claim], "b": [claim]}, rounds=1)
    assert len(of(events, e.TaskClaimed)) == 1
    [refused] = of(events, e.ActionRefused)
    assert isinstance(refused, e.ActionRefused)
    assert refused.code == "held"


def test_seeing_a_completion_is_a_cause(tmp_path: Path) -> None:
    """b's first turn is concurrent with a's completion; its second, whose board shows it, is
    not."""
    events = play(
        tmp_path / "s",
        {"a": [f'<claim_task id="t1"/>{ONE}<complete_task id="t1"/>'], "b": []},
        rounds=2,
    )
    [completed] = of(events, e.TaskCompleted)
    first, second = [ev for ev in of(events, e.TurnStarted) if ev.agent == "b"]
    assert not precedes(completed, first)
    assert precedes(completed, second)
    assert completed.seq in second.causes


def test_reading_tells_who_wrote_and_is_a_cause(tmp_path: Path) -> None:
    events = play(tmp_path / "s", {"a": [ONE], "b": ["", '<read_file path="one.py"/>']}, rounds=3)
    [written] = [ev for ev in of(events, e.FileWritten) if ev.agent == "a"]
    [read] = of(events, e.FileRead)
    assert read.causes == (written.seq,)
    third = [ev for ev in events if isinstance(ev, e.TurnStarted) and ev.agent == "b"][2]
    text = fold(events).blobs[third.prompts[-1].digest]
    assert "read_file one.py (version 1)" in text
    assert "return 1" in text


def test_messages_arrive_at_the_next_turn_once(tmp_path: Path) -> None:
    events = play(
        tmp_path / "s",
        {"a": ['<send_message to="b">use floats</send_message><broadcast>hi</broadcast>'], "b": []},
        rounds=3,
    )
    sent = of(events, e.MessageSent)
    delivered = [event for event in events if isinstance(event, e.MessageDelivered)]
    assert [d.message for d in delivered] == [s.seq for s in sent]
    assert all(d.agent == "b" and d.causes == (d.message,) for d in delivered)
    blobs = fold(events).blobs
    turns = [ev for ev in events if isinstance(ev, e.TurnStarted) and ev.agent == "b"]
    shown = ["use floats" in blobs[turn.prompts[-1].digest] for turn in turns]
    assert shown == [False, True, False]


def test_a_test_run_sees_the_tree_at_its_moment(tmp_path: Path) -> None:
    events = play(tmp_path / "s", {"a": [f"<run_tests/>{ONE}<run_tests/>"]}, rounds=1)
    ended = [event for event in events if isinstance(event, e.TestsEnded) and event.agent == "a"]
    assert [(run.passed, run.failed) for run in ended] == [(0, 1), (1, 0)]
    assert ended[0].tree != ended[1].tree


def test_preassignment_is_the_papers(tmp_path: Path) -> None:
    """In topological order, to the owner of the last-listed dependency, else in turn."""
    events = play(tmp_path / "s", {"a": [], "b": []}, team="preassigned", rounds=1)
    assigned = {ev.task: ev.owner for ev in events if isinstance(ev, e.TaskAssigned)}
    assert assigned == {"t1": "a", "t2": "a", "t3": "b"}
    refused = play(
        tmp_path / "r", {"a": [], "b": ['<claim_task id="t1"/>']}, team="preassigned", rounds=1
    )
    [refusal] = of(refused, e.ActionRefused)
    assert isinstance(refusal, e.ActionRefused)
    assert refusal.code == "held"


def test_a_session_ends_when_all_is_done(tmp_path: Path) -> None:
    reply = (
        f'<claim_task id="t1"/>{ONE}<complete_task id="t1"/>'
        '<claim_task id="t2"/><write_file path="two.py">x = 2</write_file>'
        '<complete_task id="t2"/><claim_task id="t3"/>'
        '<write_file path="three.py">x = 3</write_file><complete_task id="t3"/>'
    )
    ended = play(tmp_path / "s", {"a": [reply], "b": []}, rounds=9)[-1]
    assert isinstance(ended, e.SessionEnded)
    assert (ended.reason, ended.success) == ("done", True)
    limited = play(tmp_path / "r", {"a": [], "b": []}, rounds=2)[-1]
    assert isinstance(limited, e.SessionEnded)
    assert (limited.reason, limited.success) == ("round-limit", False)


class _Broken(ScriptedModel):
    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """Say something, then fail."""
        yield TextChunk("I will ")
        raise ModelError("The provider is down", "it said 503", "Try again later.")


class _Endless(ScriptedModel):
    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """Never stop talking."""
        for _ in range(1_000_000):
            await asyncio.sleep(0.01)
            yield TextChunk("and ")
        yield Usage(tokens_in=0, tokens_out=0)


def test_a_model_that_fails_ends_the_session_readably(tmp_path: Path) -> None:
    ended = play(tmp_path / "s", {"a": []}, models={"a": _Broken([])})[-1]
    assert isinstance(ended, e.SessionEnded)
    assert ended.reason == "failed"
    assert ended.detail == "The provider is down: it said 503 Try again later."


def test_pausing_holds_everything_and_loses_nothing(tmp_path: Path) -> None:
    """While paused, not a word is recorded although the model goes on; then it all comes."""
    frozen: list[int] = []

    async def pause_and_go_on(session: Session) -> None:
        while session.state.seq < 20:
            await asyncio.sleep(0.005)
        session.pause("to look")
        seq = session.state.seq
        for _ in range(20):
            await asyncio.sleep(0.005)
        frozen.append(session.state.seq - seq)
        session.proceed()
        while session.state.seq < 40:
            await asyncio.sleep(0.005)
        session.stop("enough")

    events = play(
        tmp_path / "s",
        {"a": []},
        models={"a": _Endless([])},
        timing="wall",
        beside=pause_and_go_on,
    )
    assert frozen == [0]
    paused = next(ev.seq for ev in events if isinstance(ev, e.SessionPaused))
    assert isinstance(events[paused], e.SessionContinued)
    text = "".join(ev.text for ev in events if isinstance(ev, e.Text))
    assert text == "and " * (len(text) // 4)
    ended = events[-1]
    assert isinstance(ended, e.SessionEnded)
    assert (ended.reason, ended.detail) == ("interrupted", "enough")
