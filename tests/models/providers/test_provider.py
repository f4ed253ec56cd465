"""Providers' models, called through litellm in its workers, from a real server on loopback."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio

from agents.models.base import (
    CallFailed,
    ChatMessage,
    Chunk,
    ModelError,
    Request,
    TextChunk,
    Tool,
    ToolCall,
    ToolChunk,
    Usage,
)
from agents.models.providers.model import ProviderModel
from agents.models.providers.workers import Workers
from tests.loopback.brain import fixed
from tests.loopback.server import Loopback, Options, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "sk-planted-0123456789abcdef"
CALLS = (("write_file", '{"path": "a.py", "content": "x = 1\\n"}'), ("wait", "{}"))
TOOL = Tool("write_file", "Write a file.", {"type": "object", "properties": {}})
ASKED = Request(agent="a", turn=1, messages=(ChatMessage("user", "Hello?"),), tools=(TOOL,))
TEXT = "The quick brown fox jumps over the lazy dog.\n" * 4


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[Workers]:
    os.environ["OPENAI_API_KEY"] = KEY
    try:
        async with Workers(2) as workers:
            yield workers
    finally:
        del os.environ["OPENAI_API_KEY"]


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serving(Options(brain=fixed(TEXT))) as server:
        yield server


async def model(
    workers: Workers, server: Loopback, name: str = "openai/made-up", patience: float = 30.0
) -> ProviderModel:
    known = await workers.look(name, server.url)
    return ProviderModel(
        name, workers, known, api_base=server.url, actions="tools", patience=patience
    )


async def chunks(model: ProviderModel, request: Request = ASKED) -> list[Chunk]:
    return [chunk async for chunk in model.stream(request)]


def text_of(found: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in found if isinstance(chunk, TextChunk))


def calls_of(found: list[Chunk]) -> list[tuple[str, str]]:
    calls: dict[int, tuple[str, str]] = {}
    ids = set()
    for chunk in found:
        if isinstance(chunk, ToolChunk):
            ids.add((chunk.index, chunk.id))
            name, text = calls.get(chunk.index, (chunk.name, ""))
            calls[chunk.index] = (name, text + chunk.text)
    assert len(ids) == len(calls)
    return list(calls.values())


async def test_a_reply_streams_and_is_counted(workers: Workers, server: Loopback) -> None:
    server.options.rate = 100
    found = await chunks(await model(workers, server))
    assert text_of(found) == TEXT
    assert len(found) > 3  # it came in batches and not as a whole
    assert found[-1] == Usage(tokens_in=11, tokens_out=7, cost_usd=None, finish="stop")
    sent = server.requests[-1]
    assert sent["messages"] == [{"role": "user", "content": "Hello?"}]
    assert sent["tools"][0]["function"]["name"] == "write_file"


async def test_a_price_is_told_where_it_is_known(workers: Workers, server: Loopback) -> None:
    known = await model(workers, server, "openai/gpt-4o")
    assert known.calls_tools
    assert known.priced
    assert known.context_tokens == 128_000
    usage = (await chunks(known))[-1]
    assert isinstance(usage, Usage)
    assert usage.cost_usd == pytest.approx(11 * 2.5e-6 + 7 * 1e-5)


async def test_a_server_that_does_not_count_is_counted_for(
    workers: Workers, server: Loopback
) -> None:
    server.options.usage = False
    usage = (await chunks(await model(workers, server)))[-1]
    assert isinstance(usage, Usage)
    assert 2 <= usage.tokens_in <= 12
    assert 36 <= usage.tokens_out <= 48


async def test_tokens_are_counted_by_the_models_tokenizer_without_a_network(
    workers: Workers, server: Loopback
) -> None:
    began = time.monotonic()
    for name in ("openai/gpt-4o", "anthropic/claude-x", "ollama/llama-3", "together_ai/llama-2"):
        counts = await (await model(workers, server, name)).count(["", "hello world", TEXT])
        assert counts[0] == 0
        assert 1 <= counts[1] <= 4
        assert 36 <= counts[2] <= 60
    assert time.monotonic() - began < 20  # a hub is tried for 25 s


@pytest.mark.parametrize("way", ["pieces", "whole", "nameless", "interleaved"])
async def test_tool_calls_come_out_the_same_however_they_are_sent(
    workers: Workers, server: Loopback, way: str
) -> None:
    server.options.brain = fixed("Now.", *CALLS)
    server.options.tool_pieces = way
    found = await chunks(await model(workers, server))
    assert text_of(found) == "Now."
    assert calls_of(found) == list(CALLS)
    assert found[-1].finish == "tool_calls"  # type: ignore[union-attr]


async def test_past_tool_calls_and_their_results_are_sent(
    workers: Workers, server: Loopback
) -> None:
    messages = (
        ChatMessage("user", "Go."),
        ChatMessage("assistant", "I do.", calls=(ToolCall("c1", "wait", "{}"),)),
        ChatMessage("tool", "waited", call="c1"),
    )
    await chunks(await model(workers, server), Request(agent="a", turn=2, messages=messages))
    _, called, result = server.requests[-1]["messages"]
    assert called["tool_calls"][0]["function"] == {"name": "wait", "arguments": "{}"}
    assert (result["role"], result["tool_call_id"]) == ("tool", "c1")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("429", "rate-limit"),
        ("429-plain", "rate-limit"),
        ("500", "overloaded"),
        ("503", "overloaded"),
        ("context", "context-window"),
        ("filter", "refused"),
        ("reset", "connection"),
        ("stall", "timeout"),
        ("stall-midway", "timeout"),
        ("cut", "cut-off"),
        ("break", ("connection", "cut-off")),
        ("error-midway", "cut-off"),
        ("garbage", ("connection", "cut-off")),
        ("empty", "empty"),
    ],
)
async def test_what_passes_is_a_failed_call(
    workers: Workers, server: Loopback, fault: str, kind: str | tuple[str, ...]
) -> None:
    server.options.fault = lambda number, request: fault if number == 1 else ""
    patience = 1.5 if "stall" in fault else 30.0
    called = await model(workers, server, patience=patience)
    with pytest.raises(CallFailed) as failed:
        await chunks(called)
    assert failed.value.kind in ((kind,) if isinstance(kind, str) else kind), failed.value
    assert failed.value.retry_after == (1.0 if fault == "429" else None)
    assert len(server.requests) == 1  # nobody but the session tries again
    assert text_of(await chunks(called)) == TEXT


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("401", "OPENAI_API_KEY"),
        ("403", "OPENAI_API_KEY"),
        ("404", "crosstalk models"),
        ("400", "--actions tags"),
        ("quota", "console"),
    ],
)
async def test_what_does_not_pass_says_what_to_do(
    workers: Workers, server: Loopback, fault: str, says: str
) -> None:
    server.options.fault = lambda number, request: fault
    with pytest.raises(ModelError) as failed:
        await chunks(await model(workers, server))
    assert not isinstance(failed.value, CallFailed)
    assert says in failed.value.fix
    assert server.keys[-1] == f"Bearer {KEY}"
    assert KEY not in str(failed.value)
    assert failed.value.cause


async def test_a_model_may_repeat_itself(workers: Workers, server: Loopback) -> None:
    server.options.fault = lambda number, request: "repeat"
    said = text_of(await chunks(await model(workers, server)))
    assert said == "and so on " * 300 + TEXT


async def test_thoughts_are_not_said(workers: Workers, server: Loopback) -> None:
    server.options.fault = lambda number, request: "thinks"
    assert text_of(await chunks(await model(workers, server))) == TEXT


async def test_a_reply_that_stops_in_mid_sentence_says_so(
    workers: Workers, server: Loopback
) -> None:
    server.options.fault = lambda number, request: "length"
    found = await chunks(await model(workers, server))
    assert text_of(found) == TEXT[: len(TEXT) // 2]
    assert found[-1].finish == "length"  # type: ignore[union-attr]


async def test_nobody_listens(workers: Workers, server: Loopback) -> None:
    called = ProviderModel(
        "openai/x", workers, await workers.look("openai/x"), api_base="http://127.0.0.1:9/v1"
    )
    with pytest.raises(CallFailed) as failed:
        await chunks(called)
    assert failed.value.kind == "connection"


async def test_a_name_without_a_provider_is_told_before_any_call(workers: Workers) -> None:
    with pytest.raises(ModelError) as failed:
        await workers.look("nobody/x")
    assert "crosstalk models" in failed.value.fix


async def test_a_call_that_is_given_up_ends_at_the_server(
    workers: Workers, server: Loopback
) -> None:
    server.options.rate = 5
    stream = (await model(workers, server)).stream(ASKED)
    await anext(aiter(stream))
    assert server.open == 1
    await stream.aclose()  # type: ignore[attr-defined]
    await until(lambda: server.open == 0)
    assert server.hung_up == 1


async def test_a_worker_that_dies_fails_its_calls_and_is_replaced(
    workers: Workers, server: Loopback
) -> None:
    server.options.rate = 20
    called = await model(workers, server)
    waiting = [asyncio.create_task(chunks(called)) for _ in range(4)]
    await until(lambda: server.open == 4)
    for pid in workers.pids[1:]:
        os.kill(pid, signal.SIGKILL)
    for failed in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(failed, CallFailed)
        assert failed.kind == "connection"
    server.options.rate = 0
    assert text_of(await chunks(called)) == TEXT


async def test_a_worker_that_hangs_is_killed_and_replaced(
    workers: Workers, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.models.providers.workers.SILENCE_SECONDS", 0.5)
    called = await model(workers, server, patience=2.0)
    stopped = workers.pids[1:]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    for _ in stopped:
        with pytest.raises(CallFailed) as failed:
            await chunks(called)
        assert failed.value.kind == "timeout"
    await until(lambda: not set(stopped) & set(workers.pids))
    called = await model(workers, server)
    assert text_of(await chunks(called)) == TEXT


async def test_when_all_die_all_are_replaced(workers: Workers, server: Loopback) -> None:
    for pid in workers.pids:
        os.kill(pid, signal.SIGKILL)
    called = ProviderModel(
        "openai/x", workers, await _patiently(workers, server), api_base=server.url
    )
    assert text_of(await chunks(called)) == TEXT


async def _patiently(workers: Workers, server: Loopback) -> object:
    """A worker's answer, from the one after the next if need be: its death is being noticed."""
    for _ in range(100):
        with suppress(CallFailed):
            return await workers.look("openai/x", server.url)
        await asyncio.sleep(0.1)
    raise AssertionError("no worker came back")


_SESSION = """
import asyncio, sys
from agents.models.base import ChatMessage, Request
from agents.models.providers.model import ProviderModel
from agents.models.providers.workers import Workers

async def main(url):
    async with Workers(1) as workers:
        known = await workers.look("openai/x", url)
        model = ProviderModel("openai/x", workers, known, api_base=url)
        request = Request(agent="a", turn=1, messages=(ChatMessage("user", "hi"),))
        async for _ in model.stream(request):
            print(*workers.pids, flush=True)

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
async def test_nothing_outlives_the_session(
    server: Loopback, tmp_path: Path, number: signal.Signals
) -> None:
    server.options.rate = 5
    with subprocess.Popen(
        [sys.executable, "-c", _SESSION, server.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout
        line = await asyncio.to_thread(process.stdout.readline)
        pids = [int(pid) for pid in line.split()]
        assert len(pids) == 2
        process.send_signal(number)
        await asyncio.to_thread(process.wait)
    await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    await until(lambda: server.open == 0)


async def until(true: object) -> None:
    """Return once it is true; the test's own time limit is the end of patience."""
    while not true():  # type: ignore[operator]
        await asyncio.sleep(0.02)
