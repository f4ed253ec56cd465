"""Contexts within a model's window, and tools for models that call them, in whole sessions."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec

from agents.models.base import CallFailed, Chunk, Request, ToolCall
from agents.models.scripted import ScriptedModel
from agents.protocol.reply import Reply
from tests.runtime.teams import play
from workspaces.history import events as e


class Narrow(ScriptedModel):
    """Takes `context_tokens` of one character each, and keeps what it was asked."""

    def __init__(self, replies: Sequence[str | Reply], context_tokens: int) -> None:
        super().__init__(replies, context_tokens=context_tokens)
        self.asked: list[Request] = []

    async def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        async for chunk in super().stream(request):
            yield chunk


def tokens(request: Request) -> int:
    return sum(len(message.text) for message in request.messages)


def test_a_context_keeps_within_the_window_and_what_was_left_out_is_recorded(
    tmp_path: Path,
) -> None:
    said = [f"{'much talk ' * 100}<broadcast>news {n} {'x' * 2000}</broadcast>" for n in range(4)]
    narrow = Narrow(["<wait/>"] * 4, context_tokens=4000)
    events = play(
        tmp_path / "s",
        {"a": [], "b": []},
        models={"a": ScriptedModel(said), "b": narrow},
        rounds=4,
    )
    assert len(narrow.asked) == 4
    for request in narrow.asked:
        assert tokens(request) + request.max_tokens <= 4000
        assert "# Goal" in request.messages[0].text
    trimmed = [event for event in events if isinstance(event, e.ContextTrimmed)]
    assert trimmed
    assert {event.agent for event in trimmed} == {"b"}
    assert all(event.tokens > 0 for event in trimmed)
    wide = ScriptedModel(["<wait/>"] * 4)
    again = play(
        tmp_path / "w",
        {"a": [], "b": []},
        models={"a": ScriptedModel(said), "b": wide},
        rounds=4,
    )
    assert not [event for event in again if isinstance(event, e.ContextTrimmed)]


def test_the_sessions_own_limit_counts_where_it_is_less(tmp_path: Path) -> None:
    narrow = Narrow([f"{'talk ' * 400}<wait/>"] * 4, context_tokens=1 << 20)
    play(
        tmp_path / "s",
        {"a": []},
        models={"a": narrow},
        rounds=4,
        limits={"context_tokens": 4000},
    )
    assert [tokens(request) + request.max_tokens <= 4000 for request in narrow.asked] == [True] * 4


class Overflowing(Narrow):
    """Says that its window is smaller than was known."""

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        if tokens(request) > 4000:
            self.asked.append(request)
            raise CallFailed("context-window", "at most 4000 tokens")
        async for chunk in super().stream(request):
            yield chunk


def test_a_model_that_takes_less_than_was_known_is_believed(tmp_path: Path) -> None:
    model = Overflowing([f"{'talk ' * 400}<wait/>"] * 6, context_tokens=8000)
    events = play(tmp_path / "s", {"a": []}, models={"a": model}, rounds=6)
    failed = [event for event in events if isinstance(event, e.CallFailed)]
    assert [event.error for event in failed] == ["context-window"]
    ended = [event.finish for event in events if isinstance(event, e.ReplyEnded)]
    assert ended.count("error") == 1
    assert ended[-1] == "stop"


def call(name: str, **arguments: str) -> ToolCall:
    return ToolCall(f"id-{name}", name, msgspec.json.encode(arguments).decode())


def test_a_model_that_calls_tools_acts_in_its_order_and_is_shown_its_calls(
    tmp_path: Path,
) -> None:
    work = Reply(
        (
            "I take the first.",
            call("claim_task", id="t1"),
            call("write_file", path="one.py", content="def one():\n    return 1\n"),
            call("complete_task", id="t1"),
            call("fly", to="the moon"),
        )
    )
    model = Narrow([work, "<wait/>"], context_tokens=1 << 20)
    events = play(tmp_path / "s", {"a": []}, models={"a": model}, rounds=2)
    kinds = (e.TaskClaimed, e.FileWritten, e.TaskCompleted, e.ActionRefused)
    done = [event for event in events if isinstance(event, kinds) and event.agent == "a"]
    assert [type(event) for event in done] == list(kinds)
    second = model.asked[1]
    assert {tool.name for tool in second.tools} >= {"claim_task", "write_file", "wait"}
    [said] = [message for message in second.messages if message.calls]
    assert said.calls == work.calls
    answered = [message.call for message in second.messages if message.role == "tool"]
    assert answered == [made.id for made in work.calls]
    assert "no such tool" in second.messages[-1].text
    turn = [event for event in events if isinstance(event, e.TurnStarted)][1]
    assert [prompt.role for prompt in turn.prompts] == [m.role for m in second.messages]
    stored = {event.digest: event.text for event in events if isinstance(event, e.Blob)}
    [calls] = [prompt.calls for prompt in turn.prompts if prompt.calls]
    assert msgspec.json.decode(stored[calls], type=tuple[ToolCall, ...]) == work.calls
