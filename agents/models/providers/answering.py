"""What a worker does: it makes calls, and hands on in batches what streams."""

import asyncio
import importlib.metadata
import os
import time
from contextlib import suppress
from typing import Any, Final

from agents.models.providers import failures, keys, wire
from agents.models.providers.assembling import Calls, Piece, Thoughts
from agents.models.providers.facts import Facts

FLUSH_SECONDS: Final = 0.04
"""What comes within this time is handed over together."""
BEAT_SECONDS: Final = 1.0


class Answering:
    """Makes calls by `litellm`, many at once, and hands on what comes of them to `writer`."""

    def __init__(self, litellm: Any, writer: asyncio.StreamWriter) -> None:
        self._litellm = litellm
        self._facts = Facts(litellm)
        self._writer = writer
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._out: list[wire.Answer] = []

    async def run(self, reader: asyncio.StreamReader) -> None:
        """Carry out orders until the session hangs up."""
        version = importlib.metadata.version("litellm")
        self._out.append(wire.Ready(os.getpid(), version))
        flushing = asyncio.create_task(self._flush_for_ever())
        flushing.add_done_callback(lambda _: self._writer.close())
        while order := await wire.order(reader):
            match order:
                case wire.Ask():
                    self._calls[order.id] = asyncio.create_task(self._answer(order))
                case wire.Cancel(number):
                    if call := self._calls.get(number):
                        call.cancel()
                case wire.Count():
                    self._out.append(self._count(order))
                case wire.Look():
                    self._out.append(self._facts.look(order))
        flushing.cancel()
        for call in self._calls.values():
            call.cancel()
        await asyncio.wait([*self._calls.values(), flushing], timeout=1.0)

    async def _flush_for_ever(self) -> None:
        beat = time.monotonic()
        while True:
            if self._calls and time.monotonic() - beat >= BEAT_SECONDS:
                beat = time.monotonic()
                self._out.append(wire.Beat())
            if self._out:
                out, self._out = self._out, []
                self._writer.write(wire.frame(tuple(_joined(out))))
                with suppress(ConnectionError):
                    await self._writer.drain()
            await asyncio.sleep(FLUSH_SECONDS)

    async def _answer(self, ask: wire.Ask) -> None:
        end: wire.Answer
        try:
            end = await self._stream(ask)
        except Exception as error:  # noqa: BLE001  (whatever a provider does belongs to its call)
            provider = self._facts.provider(ask.model, ask.api_base)
            end = failures.explain(error, ask.id, ask.model, provider)
        finally:
            del self._calls[ask.id]
        self._out.append(end)

    async def _stream(self, ask: wire.Ask) -> wire.Done | wire.Failed:
        """Make the call and hand on its pieces; its end."""
        response = await self._litellm.acompletion(**self._request(ask))
        thoughts, calls = Thoughts(), Calls()
        said: list[str] = []
        thought = False
        usage = None
        try:
            async for chunk in response:
                usage = getattr(chunk, "usage", None) or usage
                for choice in chunk.choices[:1]:
                    delta = choice.delta
                    if delta.content:
                        self._say(ask.id, thoughts.feed(delta.content), said)
                    elif getattr(delta, "reasoning_content", None):
                        thought = True
                    for piece in delta.tool_calls or ():
                        self._call(ask.id, piece, calls, said)
                self._out.append(wire.Alive(ask.id))
        finally:
            with suppress(Exception):  # the connection is being given up: nothing more to know
                await response.aclose()
        self._say(ask.id, thoughts.finish(), said)
        for rest in calls.finish():
            self._tell(ask.id, rest, said)
        finish = getattr(response, "received_finish_reason", None)
        if not finish:
            detail = "the stream ended in the middle of the reply"
            return wire.Failed(id=ask.id, kind="cut-off", detail=detail)
        if finish == "content_filter":
            detail = "the provider's content filter ended the reply"
            return wire.Failed(id=ask.id, kind="refused", detail=detail)
        if not "".join(said).strip():
            only = "it thought, and said nothing" if thought else "a reply without text or actions"
            return wire.Failed(id=ask.id, kind="empty", detail=f"{only} ({finish})")
        return self._done(ask, usage, "".join(said), finish)

    def _request(self, ask: wire.Ask) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": ask.model,
            "messages": [_as_openai(message) for message in ask.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": ask.temperature,
            "max_tokens": self._facts.most_tokens(ask),
            "num_retries": 0,  # the session retries, and records that it does
            "max_retries": 0,
            "timeout": 3600.0,  # the session knows when to lose patience
        }
        if ask.tools:
            request["tools"] = [
                {
                    "type": "function",
                    "function": {"name": name, "description": what, "parameters": schema},
                }
                for name, what, schema in ask.tools
            ]
        if ask.api_base:
            request["api_base"] = ask.api_base
            if not keys.present_for(self._facts.provider(ask.model, ask.api_base)):
                request["api_key"] = "none"  # a server of one's own asks for none, clients do
        return request

    def _say(self, number: int, text: str, said: list[str]) -> None:
        if text:
            said.append(text)
            self._out.append(wire.Text(number, text))

    def _call(self, number: int, piece: Any, calls: Calls, said: list[str]) -> None:
        function = piece.function
        index = getattr(piece, "index", None)
        name = function.name or ""
        for ready in calls.feed(index, piece.id or "", name, function.arguments or ""):
            self._tell(number, ready, said)

    def _tell(self, number: int, piece: Piece, said: list[str]) -> None:
        said.append(piece.name + piece.text)
        self._out.append(
            wire.Tool(id=number, index=piece.at, call=piece.call, name=piece.name, text=piece.text)
        )

    def _done(self, ask: wire.Ask, usage: Any, said: str, finish: str) -> wire.Done:
        tokens_in = getattr(usage, "prompt_tokens", 0) or 0
        tokens_out = getattr(usage, "completion_tokens", 0) or 0
        counted = not tokens_in and not tokens_out
        if counted:
            tokens_in = sum(self._facts.tokens(ask.model, message.text) for message in ask.messages)
            tokens_out = self._facts.tokens(ask.model, said)
        return wire.Done(
            id=ask.id,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost_usd=self._facts.cost(ask.model, None if counted else usage, tokens_in, tokens_out),
            finish=finish,
        )

    def _count(self, count: wire.Count) -> wire.Counted:
        counts = tuple(self._facts.tokens(count.model, text) for text in count.texts)
        return wire.Counted(count.id, counts)


def _as_openai(message: wire.Message) -> dict[str, Any]:
    said: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.calls:
        said["tool_calls"] = [
            {"id": call, "type": "function", "function": {"name": name, "arguments": text}}
            for call, name, text in message.calls
        ]
    if message.role == "tool":
        said["tool_call_id"] = message.call
    return said


def _joined(out: list[wire.Answer]) -> list[wire.Answer]:
    """The same with text of a call that follows its text put together, and one sign of life of a
    call for many."""
    last: dict[int, int] = {}
    joined: list[wire.Answer] = []
    for answer in out:
        if isinstance(answer, wire.Beat | wire.Ready):
            joined.append(answer)
            continue
        before = joined[last[answer.id]] if answer.id in last else None
        match answer, before:
            case wire.Alive(), None:
                joined.append(answer)
            case wire.Alive(), _:
                continue
            case wire.Text(number, text), wire.Text(_, said):
                joined[last[number]] = wire.Text(number, said + text)
                continue
            case wire.Tool(), wire.Tool() if answer.index == before.index:
                text = before.text + answer.text
                joined[last[answer.id]] = wire.Tool(
                    id=answer.id,
                    index=answer.index,
                    call=answer.call,
                    name=answer.name,
                    text=text,
                )
                continue
            case _:
                joined.append(answer)
        last[answer.id] = len(joined) - 1
    return joined
