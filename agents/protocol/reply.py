"""A reply as a model gave it: pieces of text and tool calls, in order, and the actions in them."""

from typing import TypeAlias

import msgspec
from msgspec import Struct

from agents.models.base import ToolCall
from agents.protocol import tags, tools
from agents.protocol.actions import AnyAction

Part: TypeAlias = str | ToolCall


class Reply(Struct, frozen=True):
    """A whole reply."""

    parts: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """What was said, without the calls."""
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tool calls, in order."""
        return tuple(part for part in self.parts if isinstance(part, ToolCall))

    def as_text(self) -> str:
        """What was said, with the calls in words where they stood."""
        return "".join(part if isinstance(part, str) else _in_words(part) for part in self.parts)

    def actions(self) -> list[AnyAction]:
        """What the reply asks for, in the order written."""
        found: list[AnyAction] = []
        for part in self.parts:
            if isinstance(part, str):
                found.extend(tags.parse(part))
            else:
                found.append(tools.action(part))
        return found


class ReplyBuilder:
    """Puts a reply together from its pieces as they stream."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._said: list[str] = []
        self._call: tuple[int, str, str] | None = None

    def text(self, piece: str) -> None:
        """Some more text."""
        if self._call:
            self._settle()
        self._said.append(piece)

    def call(self, index: int, call: str, name: str, piece: str) -> None:
        """Some more of the arguments of the reply's tool call number `index`."""
        if self._call is None or self._call[0] != index:
            self._settle()
            self._call = (index, call, name)
        self._said.append(piece)

    def clear(self) -> None:
        """Forget everything: the reply begins anew."""
        self._parts, self._said, self._call = [], [], None

    def reply(self) -> Reply:
        """The reply so far, which no further piece continues."""
        self._settle()
        return Reply(tuple(self._parts))

    def copy(self) -> "ReplyBuilder":
        """A builder that goes its own way from here on."""
        new = ReplyBuilder()
        new._parts, new._said, new._call = list(self._parts), list(self._said), self._call
        return new

    def _settle(self) -> None:
        """End the part under way."""
        said = "".join(self._said)
        if self._call:
            self._parts.append(ToolCall(self._call[1], self._call[2], said))
        elif said:
            self._parts.append(said)
        self._said, self._call = [], None


def _in_words(call: ToolCall) -> str:
    return f"\n[called {call.name} with {call.arguments}]\n"


def encode_calls(calls: tuple[ToolCall, ...]) -> str:
    """The calls as a JSON array, as a history stores them."""
    return msgspec.json.encode(calls).decode()


def decode_calls(text: str) -> tuple[ToolCall, ...]:
    """The calls of such an array; none where it is no such array."""
    try:
        return msgspec.json.decode(text, type=tuple[ToolCall, ...])
    except (msgspec.DecodeError, RecursionError):
        return ()
