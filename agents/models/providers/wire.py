"""What the session and its workers say to each other, and how it is put on a socket.

Every message is one frame: its length, then MessagePack. Calls are numbered by the session.
"""

import asyncio
import struct
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

_LENGTH = struct.Struct("!I")


class Message(Struct, frozen=True):
    """A message of a chat, with the tool calls of an assistant as (id, name, arguments)."""

    role: str
    text: str
    calls: tuple[tuple[str, str, str], ...] = ()
    call: str = ""


class Ask(Struct, frozen=True, kw_only=True, tag="ask"):
    """Make a call. `tools` are (name, description, JSON schema)."""

    id: int
    model: str
    messages: tuple[Message, ...]
    tools: tuple[tuple[str, str, dict[str, Any]], ...]
    temperature: float
    max_tokens: int
    api_base: str = ""


class Cancel(Struct, frozen=True, tag="cancel"):
    """Nobody waits for that call any more."""

    id: int


class Count(Struct, frozen=True, kw_only=True, tag="count"):
    """How many tokens each text has."""

    id: int
    model: str
    texts: tuple[str, ...]


class Look(Struct, frozen=True, kw_only=True, tag="look"):
    """What is known of a model, without asking its provider."""

    id: int
    model: str
    api_base: str = ""


Order: TypeAlias = Ask | Cancel | Count | Look


class Ready(Struct, frozen=True, tag="ready"):
    """The worker is there. `trouble` is why it will never be of use, empty if it will."""

    pid: int
    version: str = ""
    trouble: str = ""


class Text(Struct, frozen=True, tag="text"):
    """More text of call `id`'s reply."""

    id: int
    text: str


class Tool(Struct, frozen=True, kw_only=True, tag="tool"):
    """More of a tool call's arguments, in the reply to call `id`."""

    id: int
    index: int
    call: str
    name: str
    text: str


class Alive(Struct, frozen=True, tag="alive"):
    """Call `id` goes on, though nothing has come that is part of the reply (a model thinks)."""

    id: int


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """The reply is whole."""

    id: int
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    finish: str


class Failed(Struct, frozen=True, kw_only=True, tag="failed"):
    """The call failed: in a way that passes if it has a `kind` (see `base.CallFailed`), else for
    good, as an error with title, `detail` for a cause, and fix."""

    id: int
    kind: str = ""
    detail: str = ""
    retry_after: float | None = None
    title: str = ""
    fix: str = ""


class Counted(Struct, frozen=True, tag="counted"):
    """The answer to `Count`."""

    id: int
    counts: tuple[int, ...]


class Looked(Struct, frozen=True, kw_only=True, tag="looked"):
    """The answer to `Look`. `known` is whether litellm has this very model in its list; the rest
    is a guess if not. `priced` is whether a call's cost can be told."""

    id: int
    provider: str
    known: bool
    calls_tools: bool
    context_tokens: int
    priced: bool


class Beat(Struct, frozen=True, tag="beat"):
    """The worker's loop runs."""


Answer: TypeAlias = Ready | Text | Tool | Alive | Done | Failed | Counted | Looked | Beat

_encode = msgspec.msgpack.Encoder().encode
_answers = msgspec.msgpack.Decoder(tuple[Answer, ...])
_orders = msgspec.msgpack.Decoder(Order)


def frame(message: Order | tuple[Answer, ...]) -> bytes:
    """The bytes of an order, or of answers that are handed over together."""
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


async def order(reader: asyncio.StreamReader) -> Order | None:
    """The next order; `None` when the session has hung up."""
    body = await _body(reader)
    return None if body is None else _orders.decode(body)


async def answers(reader: asyncio.StreamReader) -> tuple[Answer, ...] | None:
    """The next answers; `None` when the worker has ended."""
    body = await _body(reader)
    return None if body is None else _answers.decode(body)


def ready(body: bytes) -> Ready:
    """The first word of a process, without its length."""
    (first,) = _answers.decode(body)
    assert isinstance(first, Ready)
    return first


async def _body(reader: asyncio.StreamReader) -> bytes | None:
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
