"""Calls that fail: made again, recorded, given up; and budgets."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from agents.metrics.summary import summarise
from agents.models.base import CallFailed, Chunk, ModelError, Request, TextChunk, ToolChunk, Usage
from agents.models.scripted import ScriptedModel
from agents.runtime import calling
from agents.runtime.session import Session
from tests.runtime.teams import play
from workspaces.history import events as e
from workspaces.history.state import State, fold

ONE = '<write_file path="one.py">def one():\n    return 1\n</write_file>'


class FlakyModel(ScriptedModel):
    """Fails its first calls in the given ways, after it has said something; then does as it was
    told."""

    def __init__(self, failures: Sequence[Exception], replies: Sequence[str] = ()) -> None:
        super().__init__(replies)
        self.failures = list(failures)
        self.closed = 0

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        try:
            if self.failures:
                yield TextChunk('<write_file path="half.py">def ha')
                await asyncio.sleep(1)
                yield TextChunk("lf")
                raise self.failures.pop(0)
            async for chunk in super().stream(request):
                yield chunk
        finally:
            self.closed += 1


def failed(events: list[e.AnyEvent]) -> list[e.CallFailed]:
    return [event for event in events if isinstance(event, e.CallFailed)]


def test_a_call_that_fails_is_made_again_and_recorded(tmp_path: Path) -> None:
    model = FlakyModel([CallFailed("rate-limit", "slow down"), CallFailed("cut-off", "bye")], [ONE])
    events = play(tmp_path / "s", {"a": []}, models={"a": model}, rounds=2)
    first, second = failed(events)
    assert (first.error, first.attempt, first.detail) == ("rate-limit", 1, "slow down")
    assert (second.error, second.attempt) == ("cut-off", 2)
    assert first.retry_in is not None
    assert 0.5 <= first.retry_in <= 1
    state = fold(events)
    assert state.latest("one.py")
    assert not state.latest("half.py")  # what failed attempts said counts for nothing
    assert state.agents["a"].trouble is None
    ends = [event for event in events if isinstance(event, e.ReplyEnded)]
    assert [end.finish for end in ends] == ["stop", "stop"]
    assert ends[0].seconds == 1.0  # the latency of the call that succeeded


def test_what_failed_is_not_in_the_next_context(tmp_path: Path) -> None:
    model = FlakyModel([CallFailed("overloaded", "")], ["Hello."])
    events = play(tmp_path / "s", {"a": []}, models={"a": model}, rounds=2)
    blobs = {event.digest: event.text for event in events if isinstance(event, e.Blob)}
    second = [event for event in events if isinstance(event, e.TurnStarted)][1]
    sent = "".join(blobs[prompt.digest] for prompt in second.prompts)
    assert "Hello." in sent
    assert "half.py" not in sent


def test_waits_grow_and_differ_between_agents_and_repeat_with_the_seed(tmp_path: Path) -> None:
    def waits(folder: str) -> dict[str, list[float | None]]:
        models = {
            name: FlakyModel([CallFailed("overloaded", "")] * 7, ["x"]) for name in ("a", "b")
        }
        events = play(tmp_path / folder, {"a": [], "b": []}, models=models, rounds=1)
        return {
            name: [event.retry_in for event in failed(events) if event.agent == name]
            for name in models
        }

    found = waits("s")
    for drawn in found.values():
        assert len(drawn) == 7
        for wait, step in zip(drawn, (1, 2, 4, 8, 16, 30, 30), strict=True):
            assert wait is not None
            assert step / 2 <= wait <= step
    assert found["a"] != found["b"]
    assert waits("t") == found


def test_a_provider_is_waited_for_as_it_says(tmp_path: Path) -> None:
    model = FlakyModel([CallFailed("rate-limit", "", retry_after=40)], [ONE])
    events = play(tmp_path / "s", {"a": []}, models={"a": model}, rounds=1)
    [failure] = failed(events)
    assert failure.retry_in is not None
    assert 40 <= failure.retry_in <= 41


@pytest.mark.parametrize(
    ("failure", "attempts"),
    [
        (CallFailed("context-window", ""), 1),
        (CallFailed("empty", ""), 3),
        (CallFailed("rate-limit", "", retry_after=7200), 1),
    ],
)
def test_a_call_is_given_up_and_the_session_goes_on(
    tmp_path: Path, failure: CallFailed, attempts: int
) -> None:
    models = {
        "a": FlakyModel([failure] * attempts, ["<wait/>", ONE]),
        "b": ScriptedModel([]),
    }
    events = play(tmp_path / "s", {"a": [], "b": []}, models=models, rounds=3)
    found = failed(events)
    assert [event.attempt for event in found] == list(range(1, attempts + 1))
    assert found[-1].retry_in is None
    ends = [ev for ev in events if isinstance(ev, e.ReplyEnded) and ev.agent == "a"]
    assert [end.finish for end in ends] == ["error", "stop", "stop"]
    state = fold(events)
    assert state.latest("one.py")
    assert state.ended
    assert state.ended.reason == "round-limit"


def test_when_nobody_answers_any_more_the_session_says_so(tmp_path: Path) -> None:
    models = {
        name: FlakyModel([CallFailed("context-window", "9,000 of 8,192 tokens")] * 50)
        for name in ("a", "b")
    }
    events = play(tmp_path / "s", {"a": [], "b": []}, models=models, rounds=20)
    state = fold(events)
    assert state.ended
    assert state.ended.reason == "failed"
    assert state.round == calling.TURNS_WITHOUT
    assert "9,000 of 8,192" in state.ended.detail
    assert "longer context" in state.ended.detail


def test_one_whose_calls_fail_does_not_end_the_others(tmp_path: Path) -> None:
    models = {
        "a": FlakyModel([CallFailed("context-window", "")] * 50),
        "b": ScriptedModel([]),
    }
    events = play(tmp_path / "s", {"a": [], "b": []}, models=models, rounds=8)
    assert fold(events).ended.reason == "round-limit"  # type: ignore[union-attr]


def test_what_cannot_succeed_is_not_tried_again(tmp_path: Path) -> None:
    model = FlakyModel([ModelError("No key", "OPENAI_API_KEY is not set", "Set it.")])
    events = play(tmp_path / "s", {"a": []}, models={"a": model}, rounds=2)
    assert not failed(events)
    ended = fold(events).ended
    assert ended
    assert ended.reason == "failed"
    assert ended.detail == "No key: OPENAI_API_KEY is not set Set it."


def test_waiting_for_a_provider_is_idle_for_the_model(tmp_path: Path) -> None:
    model = FlakyModel([CallFailed("rate-limit", "", retry_after=100)], ["x"])
    events = play(tmp_path / "s", {"a": []}, models={"a": model}, rounds=1)
    summary = summarise(events)
    waited = summary.idle.by_cause["model"] * summary.seconds
    assert waited == pytest.approx(101, abs=1.5)


def test_tool_calls_are_recorded_as_they_stream(tmp_path: Path) -> None:
    class Caller(ScriptedModel):
        async def stream(self, request: Request) -> AsyncIterator[Chunk]:
            yield TextChunk("I write ")
            yield TextChunk("one.")
            for index, path in enumerate(("a.py", "b.py")):
                for text in ('{"path": ', f'"{path}"', "}"):
                    await asyncio.sleep(0.1)
                    yield ToolChunk(index=index, id=f"c{index}", name="write_file", text=text)
            yield Usage(tokens_in=1, tokens_out=9, finish="tool_calls")

    events = play(tmp_path / "s", {"a": []}, models={"a": Caller([])}, rounds=1)
    calls: dict[int, str] = {}
    for event in events:
        if isinstance(event, e.ToolText):
            assert (event.call, event.name) == (f"c{event.index}", "write_file")
            calls[event.index] = calls.get(event.index, "") + event.text
    assert calls == {0: '{"path": "a.py"}', 1: '{"path": "b.py"}'}
    said = "".join(event.text for event in events if isinstance(event, e.Text))
    assert said == "I write one."


def test_stopping_ends_the_call_that_is_under_way(tmp_path: Path) -> None:
    model = FlakyModel([CallFailed("rate-limit", "", retry_after=250)])

    async def beside(session: Session) -> None:
        while not failed_now(session.state):
            await asyncio.sleep(0.5)
        session.stop("test")

    def failed_now(state: State) -> bool:
        return state.agents["a"].trouble is not None

    events = play(tmp_path / "s", {"a": []}, models={"a": model}, beside=beside)
    assert fold(events).ended.reason == "interrupted"  # type: ignore[union-attr]
    assert model.closed == 1


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"max_cost_usd": 0.5}, "--max-cost 0.5: 0.6 USD"),
        ({"max_tokens": 100}, "--max-tokens 100: 120 tokens"),
        ({"max_seconds": 11.5}, "--max-seconds 11.5"),
    ],
)
def test_a_budget_ends_the_session_and_says_which(
    tmp_path: Path, limits: dict[str, float], says: str
) -> None:
    class Costly(ScriptedModel):
        async def stream(self, request: Request) -> AsyncIterator[Chunk]:
            await asyncio.sleep(5)
            yield TextChunk("hm")
            yield Usage(tokens_in=10, tokens_out=10, cost_usd=0.1)

    models = {"a": Costly([]), "b": Costly([])}
    events = play(tmp_path / "s", {"a": [], "b": []}, models=models, rounds=50, limits=limits)
    state = fold(events)
    assert state.ended
    assert (state.ended.reason, state.ended.success) == ("budget", False)
    assert says in state.ended.detail
    assert state.round == 3
    if "max_seconds" in limits:  # a reply under way is not waited for
        assert 11.5 <= state.ended.t < 14
