"""The server: HTTP/1.1 by hand, so that it can also break off, reset, stall and talk nonsense.

    python -m tests.loopback.server [--port N] [--rate TOKENS_PER_SECOND] [--count N]
        [--every N --fault KIND]

prints its address and serves the simulated models under any name until its standard input closes.
"""

import argparse
import asyncio
import itertools
import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from tests.loopback.brain import Brain, Said, fixed, simulated

HTTP_FAULTS: Final[dict[str, tuple[int, str, dict[str, str]]]] = {
    "401": (401, "Incorrect API key provided: {key}.", {}),
    "403": (403, "This key may not use this model.", {}),
    "404": (404, "The model `{model}` does not exist.", {}),
    "400": (400, "Unrecognized request argument supplied: tools.", {}),
    "context": (400, "This model's maximum context length is 8192 tokens, you sent 9000.", {}),
    "filter": (400, "The response was filtered: content management policy.", {}),
    "quota": (429, "You exceeded your current quota, please check your plan.", {}),
    "429": (429, "Rate limit reached.", {"retry-after": "1"}),
    "429-plain": (429, "Rate limit reached.", {}),
    "500": (500, "The server had an error.", {}),
    "503": (503, "The server is overloaded, {key}.", {}),
}
"""Faults that are answered with an error: status, message, headers."""
_CODES: Final = {
    "context": "context_length_exceeded",
    "filter": "content_policy_violation",
    "quota": "insufficient_quota",
    "404": "model_not_found",
    "401": "invalid_api_key",
}
STREAM_FAULTS: Final = (
    "reset",  # the connection is reset before an answer
    "stall",  # no answer comes
    "stall-midway",  # the stream stops coming
    "cut",  # the stream ends in the middle, as if it were whole
    "break",  # the connection breaks in the middle of the stream
    "error-midway",  # an error among the chunks
    "empty",  # a reply without text
    "garbage",  # lines that are no chunks
    "length",  # it stops in mid-sentence, and says so
    "repeat",  # the same chunk, many times
    "thinks",  # thoughts before the reply, in a channel of their own and in the text
)


@dataclass
class Options:
    """How the server behaves. `fault` names the fault of a call by its number from 1 and its
    request, empty for none."""

    brain: Brain = simulated
    fault: Callable[[int, dict[str, Any]], str] = lambda number, request: ""
    rate: float = 0.0
    """Tokens a second of each stream; 0 for all at once."""
    usage: bool = True
    """Whether it counts tokens when it is asked to."""
    tool_pieces: str = "pieces"
    """`pieces` as OpenAI sends them, `whole` at once and all under number 0, `nameless` without
    ids, `interleaved` those of all calls in turn."""


@dataclass
class Loopback:
    """A running server."""

    options: Options
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """The `Authorization` header of each request."""
    faults: list[str] = field(default_factory=list)
    """Those that were made."""
    hung_up: int = 0
    """Streams whose client went before the end."""
    open: int = 0
    """Streams under way."""
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, port: int = 0) -> asyncio.Server:
        """Listen on loopback."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", port, limit=1 << 24)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        return server

    async def stop(self) -> None:
        """Hang up on everybody."""
        for connection in self._connections:
            connection.cancel()
        if self._connections:
            await asyncio.wait(self._connections)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        try:
            while request := await _request(reader):
                headers, body = request
                self.requests.append(body)
                self.keys.append(headers.get("authorization", ""))
                fault = self.options.fault(len(self.requests), body)
                if fault:
                    self.faults.append(fault)
                await self._answer(writer, body, fault, self.keys[-1])
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up += 1
        except asyncio.CancelledError:
            pass  # the server stops; asyncio would complain of a handler that was cancelled
        finally:
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self._connections.discard(task)

    async def _answer(
        self, writer: asyncio.StreamWriter, body: dict[str, Any], fault: str, key: str
    ) -> None:
        if fault in HTTP_FAULTS:
            status, message, headers = HTTP_FAULTS[fault]
            text = message.format(key=key.removeprefix("Bearer "), model=body["model"])
            type_ = "invalid_request_error" if status == 400 else "error"
            error = {"message": text, "type": type_, "code": _CODES.get(fault)}
            _plain(writer, status, {"error": error}, headers)
        elif fault == "reset":
            _reset(writer)
        elif fault == "stall":
            await asyncio.sleep(3600)
        elif not body.get("stream"):
            _plain(writer, 200, _completion(body, self.options.brain(body)), {})
        else:
            await self._stream(writer, body, fault)
        await writer.drain()

    async def _stream(self, writer: asyncio.StreamWriter, body: dict[str, Any], fault: str) -> None:
        said = Said() if fault == "empty" else self.options.brain(body)
        chunks = list(_deltas(said, fault, self.options.tool_pieces))
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        self.open += 1
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            for number, delta in enumerate(chunks):
                if number == len(chunks) // 2 and await self._midway(writer, fault):
                    return
                _event(writer, _chunk(body, delta))
                if self.options.rate:
                    due = began + (number + 1) / self.options.rate
                    await asyncio.sleep(max(due - loop.time(), 0))
                if number % 16 == 0 or self.options.rate:
                    await writer.drain()
                    if writer.is_closing():
                        raise ConnectionResetError
            finish = "length" if fault == "length" else "tool_calls" if said.calls else "stop"
            _event(writer, _chunk(body, {}, finish))
            if self.options.usage and (body.get("stream_options") or {}).get("include_usage"):
                _event(writer, {**_chunk(body, None), "usage": _usage(said)})
            _data(writer, "[DONE]")
            _piece(writer, b"")
        finally:
            self.open -= 1

    async def _midway(self, writer: asyncio.StreamWriter, fault: str) -> bool:
        """What happens in the middle of a stream; whether that was its end."""
        match fault:
            case "cut":
                _piece(writer, b"")
            case "break":
                await writer.drain()
                _reset(writer)
            case "stall-midway":
                await writer.drain()
                await asyncio.sleep(3600)
            case "error-midway":
                _event(writer, {"error": {"message": "The server had an error.", "code": 500}})
                _piece(writer, b"")
            case "garbage":
                _data(writer, "{not a chunk <<<")
                _piece(writer, b"")
            case _:
                return False
        return True


def _deltas(said: Said, fault: str, pieces: str) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    if fault == "thinks":
        yield {"reasoning_content": '<claim_task id="nothing"/>'}
        for text in ("<thi", "nk>I could ", '<claim_task id="none"/></th', "ink>\n\n"):
            yield {"content": text}
    if fault == "repeat":
        yield from ({"content": "and so on "} for _ in range(300))
    text = said.text[: len(said.text) // 2] if fault == "length" else said.text
    yield from ({"content": piece} for piece in _tokens(text))
    streams = [list(_call(at, call, pieces)) for at, call in enumerate(said.calls)]
    if pieces == "interleaved":
        turns = itertools.zip_longest(*streams)
        yield from (delta for turn in turns for delta in turn if delta)
    else:
        yield from itertools.chain(*streams)


def _call(at: int, call: tuple[str, str], pieces: str) -> Iterator[dict[str, Any]]:
    name, arguments = call
    if pieces in ("whole", "nameless"):
        whole = {"index": 0, "type": "function", "id": f"call-{at}"}
        if pieces == "nameless":
            del whole["id"]
        yield {"tool_calls": [{**whole, "function": {"name": name, "arguments": arguments}}]}
        return
    first = {"index": at, "id": f"call-{at}", "type": "function"}
    yield {"tool_calls": [{**first, "function": {"name": name, "arguments": ""}}]}
    for piece in _tokens(arguments):
        yield {"tool_calls": [{"index": at, "function": {"arguments": piece}}]}


def _tokens(text: str) -> Iterator[str]:
    """Four characters each, as tokens of English and code are in the mean."""
    return (text[at : at + 4] for at in range(0, len(text), 4))


def _chunk(body: dict[str, Any], delta: dict[str, Any] | None, finish: str = "") -> dict[str, Any]:
    choices = (
        [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish or None}]
    )
    return {
        "id": "chatcmpl-loopback",
        "object": "chat.completion.chunk",
        "created": 1_767_225_600,
        "model": body["model"],
        "choices": choices,
    }


def _completion(body: dict[str, Any], said: Said) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": said.text}
    if said.calls:
        message["tool_calls"] = [
            {"id": f"call-{at}", "type": "function", "function": {"name": n, "arguments": a}}
            for at, (n, a) in enumerate(said.calls)
        ]
    finish = "tool_calls" if said.calls else "stop"
    return {
        **_chunk(body, None),
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": _usage(said),
    }


def _usage(said: Said) -> dict[str, int]:
    return {
        "prompt_tokens": said.tokens_in,
        "completion_tokens": said.tokens_out,
        "total_tokens": said.tokens_in + said.tokens_out,
    }


# HTTP ------------------------------------------------------------------------------------------


async def _request(
    reader: asyncio.StreamReader,
) -> tuple[dict[str, str], dict[str, Any]] | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    if not first.startswith("POST ") or not body:
        return None
    return headers, json.loads(body)


def _plain(
    writer: asyncio.StreamWriter, status: int, body: dict[str, Any], headers: dict[str, str]
) -> None:
    data = json.dumps(body).encode()
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{more}"
    writer.write(f"{head}content-length: {len(data)}\r\n\r\n".encode() + data)


def _event(writer: asyncio.StreamWriter, event: dict[str, Any]) -> None:
    _data(writer, json.dumps(event))


def _data(writer: asyncio.StreamWriter, text: str) -> None:
    _piece(writer, f"data: {text}\n\n".encode())


def _piece(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the client gets a reset."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# Running it ------------------------------------------------------------------------------------


@contextmanager
def serving(options: Options | None = None) -> Iterator[Loopback]:
    """A server in a thread of its own, for as long as the body runs."""
    server = Loopback(options or Options())
    started, stop = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        listening = await server.start()
        started.set()
        await stop.wait()
        listening.close()
        await server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="loopback")
    thread.start()
    started.wait()
    try:
        yield server
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join()


def every(number: int, *kinds: str) -> Callable[[int, dict[str, Any]], str]:
    """Fail one call in `number`, in each of the ways in turn."""
    turn = itertools.cycle(kinds)
    return lambda call, request: next(turn) if call % number == 0 else ""


def counted(tokens: int) -> str:
    """So many different tokens."""
    return "".join(f"{number:03d} " for number in range(tokens))


async def _main(options: argparse.Namespace) -> None:
    server = Loopback(Options(rate=options.rate))
    if options.count:
        server.options.brain = fixed(counted(options.count))
    if options.every:
        server.options.fault = every(options.every, *options.fault.split(","))
    await server.start(options.port)
    sys.stdout.write(server.url + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.loopback.server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.0, help="tokens a second of each stream")
    parser.add_argument("--count", type=int, default=0, help="say the numbers up to this one")
    parser.add_argument("--every", type=int, default=0, help="fail one call in so many")
    parser.add_argument("--fault", default="429", help="how, by commas")
    with suppress(KeyboardInterrupt):
        asyncio.run(_main(parser.parse_args()))
