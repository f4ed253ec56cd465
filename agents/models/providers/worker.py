"""The process that talks to providers, and the only module that imports litellm.

`python -m agents.models.providers.worker FD` imports litellm once and then forks one worker for
every socket it is sent over the socket `FD`: the import takes seconds and more than a hundred
megabytes, a fork takes neither. When the session hangs up, or dies, everything here ends.
"""

import asyncio
import gc
import importlib.metadata
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import Any, Final

from agents.models.providers import failures, keys, wire
from agents.models.providers.assembling import Calls, Piece, Thoughts

COMPROMISED: Final = ("1.82.7", "1.82.8")
"""Releases of litellm that were taken over and steal credentials; never imported."""
FLUSH_SECONDS: Final = 0.04
"""What comes within this time is handed over together."""
BEAT_SECONDS: Final = 1.0
DEFAULT_CONTEXT: Final = 32_768
"""Tokens that a model's context is taken to hold when litellm does not know it."""
_SETTINGS: Final = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else the import goes to the network for prices
    "LITELLM_MODE": "PRODUCTION",  # else it reads a .env of the folder it is started in
    "LITELLM_LOG": "CRITICAL",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",  # tokenizers are not fetched
}


def _litellm() -> Any:
    """litellm, quiet and without a network use of its own. Imported once, before any fork."""
    os.environ.update(_SETTINGS)
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.disable_streaming_logging = True  # a quarter of what a chunk costs
    litellm.disable_hf_tokenizer_download = True  # Llama's would be looked for on a hub
    litellm.turn_off_message_logging = True
    litellm.drop_params = True  # models that take no temperature are called without
    # A model that repeats itself is no error.
    litellm.REPEATED_STREAMING_CHUNK_LIMIT = 1 << 40  # type: ignore[attr-defined]
    litellm.cache = None
    return litellm


async def _warm_up(litellm: Any) -> None:
    """Make a call that is refused at once, since litellm imports hundreds of modules when it is
    first used: seconds, for every worker, while an agent waits."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with suppress(Exception):  # that it fails is the idea
            await litellm.acompletion(
                model="openai/nobody",
                api_base=f"http://127.0.0.1:{nobody.getsockname()[1]}",
                api_key="none",
                messages=[{"role": "user", "content": ""}],
                tools=[{"type": "function", "function": {"name": "none", "parameters": {}}}],
                stream=True,
                num_retries=0,
                max_retries=0,
            )
    litellm.token_counter(model="gpt-4o", text="warm")
    litellm.in_memory_llm_clients_cache.flush_cache()  # its connections belong to this loop


class Worker:
    """Makes calls, many at once, and hands on what comes."""

    def __init__(self, litellm: Any, writer: asyncio.StreamWriter) -> None:
        self._litellm = litellm
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
                    self._out.append(self._look(order))
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
            provider = self._provider(ask.model, ask.api_base)
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
        if not said:
            only = "it thought, and said nothing" if thought else "a reply without text or actions"
            return wire.Failed(id=ask.id, kind="empty", detail=f"{only} ({finish})")
        if finish == "content_filter":
            detail = "the provider's content filter ended the reply"
            return wire.Failed(id=ask.id, kind="refused", detail=detail)
        return self._done(ask, usage, "".join(said), finish)

    def _request(self, ask: wire.Ask) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": ask.model,
            "messages": [_as_openai(message) for message in ask.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": ask.temperature,
            "max_tokens": self._most_tokens(ask),
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
            if not keys.present_for(self._provider(ask.model, ask.api_base)):
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
            tokens_in = sum(self._tokens(ask.model, message.text) for message in ask.messages)
            tokens_out = self._tokens(ask.model, said)
        return wire.Done(
            id=ask.id,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost_usd=self._cost(ask, None if counted else usage, tokens_in, tokens_out),
            finish=finish,
        )

    def _cost(self, ask: wire.Ask, usage: Any, tokens_in: int, tokens_out: int) -> float | None:
        """The price of a call; `None` where no price is known."""
        if not _priced(self._entry(ask.model)):
            return None
        try:
            costs = self._litellm.cost_per_token(
                model=ask.model,
                prompt_tokens=tokens_in,
                completion_tokens=tokens_out,
                usage_object=usage,
            )
        except Exception:  # noqa: BLE001  (it raises its own, bare ones, for what it cannot price)
            return None
        return float(sum(costs))

    def _count(self, count: wire.Count) -> wire.Counted:
        counts = tuple(self._tokens(count.model, text) for text in count.texts)
        return wire.Counted(count.id, counts)

    def _tokens(self, model: str, text: str) -> int:
        return int(self._litellm.token_counter(model=model, text=text)) if text else 0

    def _look(self, look: wire.Look) -> wire.Looked | wire.Failed:
        try:
            provider = self._litellm.get_llm_provider(look.model, api_base=look.api_base or None)[1]
        except Exception as error:  # noqa: BLE001  (litellm's, of any class)
            return failures.explain(error, look.id, look.model, "")
        entry = self._entry(look.model)
        context = entry.get("max_input_tokens") or entry.get("max_tokens") or DEFAULT_CONTEXT
        return wire.Looked(
            id=look.id,
            provider=provider,
            known=bool(entry),
            calls_tools=bool(entry.get("supports_function_calling")),
            context_tokens=int(context),
            priced=_priced(entry),
        )

    def _entry(self, model: str) -> dict[str, Any]:
        """What litellm's list says of the model. Looked up here: litellm's own look-up asks a
        local server when the name is one of its models."""
        listed: dict[str, dict[str, Any]] = self._litellm.model_cost
        provider, _, name = model.partition("/")
        if model in listed:
            return listed[model]
        entry = listed.get(name, {})
        return entry if entry.get("litellm_provider") == provider else {}

    def _most_tokens(self, ask: wire.Ask) -> int:
        limit = self._entry(ask.model).get("max_output_tokens")
        return min(ask.max_tokens, int(limit)) if limit else ask.max_tokens

    def _provider(self, model: str, api_base: str) -> str:
        try:
            found = self._litellm.get_llm_provider(model, api_base=api_base or None)
        except Exception:  # noqa: BLE001  (litellm's, of any class: there is none)
            return model.partition("/")[0]
        return str(found[1])


def _priced(entry: dict[str, Any]) -> bool:
    return "input_cost_per_token" in entry or "output_cost_per_token" in entry


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


async def _serve(litellm: Any, session: socket.socket) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=session)
    await Worker(litellm, writer).run(reader)


def main() -> None:
    """Fork a worker for each socket that comes, until the session hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    version = importlib.metadata.version("litellm")
    if version in COMPROMISED:
        trouble = f"litellm {version} is a compromised release"
        control.sendall(wire.frame((wire.Ready(os.getpid(), version, trouble),)))
        return
    litellm = _litellm()
    asyncio.run(_warm_up(litellm))
    gc.collect()
    gc.freeze()  # what is collected in one worker is no longer shared with the others
    control.sendall(wire.frame((wire.Ready(os.getpid(), version),)))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the workers
    while True:
        try:
            _, (session, *_), _, _ = socket.recv_fds(control, 1, 1)
        except (ValueError, OSError):
            return
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                asyncio.run(_serve(litellm, socket.socket(fileno=session)))
            finally:
                os._exit(0)
        os.close(session)


if __name__ == "__main__":
    main()
