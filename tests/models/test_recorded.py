"""Recordings and scripts as models: the same session again, with nobody asked."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from agents.models import catalog
from agents.models.base import CallFailed, Chunk, ModelError, Request, TextChunk, ToolCall
from agents.models.recorded import RecordedModel, Recording
from agents.models.scripted import ScriptedModel
from agents.protocol.reply import Reply
from tests.runtime.teams import play
from workspaces.history import events as e

ONE = ToolCall("c", "write_file", '{"path": "one.py", "content": "def one():\\n    return 1\\n"}')


class Failing(ScriptedModel):
    """Is cut off in the first call of each turn."""

    def __init__(self, replies: list[str | Reply]) -> None:
        super().__init__(replies)
        self._seen: set[int] = set()

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        if request.turn not in self._seen:
            self._seen.add(request.turn)
            yield TextChunk("I will cl")
            raise CallFailed("cut-off", "the stream ended")
        async for chunk in super().stream(request):
            yield chunk


def told(events: list[e.AnyEvent]) -> list[object]:
    """The events without what differs between two sessions: names, commit ids, last digits."""
    plain = []
    for event in events[1:]:
        if isinstance(event, e.WritesCommitted):
            continue
        stored = msgspec.to_builtins(event)
        stored["t"] = round(event.t, 4)
        if "seconds" in stored:
            stored["seconds"] = round(stored["seconds"], 4)
        plain.append(stored)
    return plain


def test_a_session_from_its_recording_is_the_same_session(tmp_path: Path) -> None:
    models = {
        "a": Failing([Reply(("Mine.", ONE)), "<claim_task id='t1'/><complete_task id='t1'/>"]),
        "b": ScriptedModel(["<broadcast>hello</broadcast>", "<run_tests/>"]),
    }
    first = play(tmp_path / "s", {"a": [], "b": []}, models=models)
    assert len([event for event in first if isinstance(event, e.CallFailed)]) == 3
    recording = Recording(first)
    recorded = {name: RecordedModel("recorded:s", recording, name) for name in models}
    again = play(tmp_path / "r", {"a": [], "b": []}, models=recorded)
    assert told(again) == told(first)


def test_after_its_last_turn_a_recording_only_waits(tmp_path: Path) -> None:
    first = play(tmp_path / "s", {"a": ["<list_files/>"]}, rounds=1)
    recorded = RecordedModel("recorded:s", Recording(first), "a")
    again = play(tmp_path / "r", {"a": []}, models={"a": recorded}, rounds=3)
    acted = [type(event) for event in again if isinstance(event, e.FilesListed | e.Waited)]
    assert acted == [e.FilesListed, e.Waited, e.Waited]


def test_a_script_gives_each_agent_its_replies(tmp_path: Path) -> None:
    script = tmp_path / "replies.json"
    script.write_bytes(
        msgspec.json.encode(
            {
                "a": [["Mine.", {"tool": "claim_task", "arguments": {"id": "t1"}}]],
                "*": ["<broadcast>hello</broadcast>"],
            }
        )
    )
    models = {name: catalog.create(f"scripted:{script}", 0, name) for name in ("a", "b")}
    events = play(tmp_path / "s", {"a": [], "b": []}, models=models, rounds=2)
    claimed = [event for event in events if isinstance(event, e.TaskClaimed)]
    assert [(event.agent, event.task) for event in claimed] == [("a", "t1")]
    assert [event.agent for event in events if isinstance(event, e.MessageSent)] == ["b"]


@pytest.mark.parametrize("content", ["", "[]", '{"a": [3]}', '{"a": "text"}', '{"a": [[{}]]}'])
def test_what_is_no_script_says_so(tmp_path: Path, content: str) -> None:
    script = tmp_path / "replies.json"
    script.write_text(content)
    with pytest.raises(ModelError) as refused:
        catalog.check(f"scripted:{script}")
    assert "no script" in refused.value.title
    assert refused.value.fix


def test_what_is_no_recording_says_so(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(ModelError, match="no recording"):
            catalog.check(f"recorded:{name}")
