"""Putting in order what providers stream: thoughts apart from words, tool calls one by one.

Servers differ. Some send a call's id and name with its first piece only, some with each, some a
whole call at once and each under the same number, some no id at all; a few send pieces of several
calls in turn. What comes out is always the same: each call's pieces together, with id and name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

_OPEN, _CLOSE = "<think>", "</think>"


class Piece(NamedTuple):
    """More of the arguments of the reply's tool call number `at`."""

    at: int
    call: str
    name: str
    text: str


class Thoughts:
    """Takes a leading `<think>...</think>` out of a text that streams: servers without a channel
    for thoughts put them there, and what a model only considered must not be carried out."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "before"

    def feed(self, text: str) -> str:
        """What of `text` is said and not thought."""
        if self._state == "after":
            return text
        self._held += text
        if self._state == "before":
            start = self._held.lstrip()
            if len(start) < len(_OPEN) and _OPEN.startswith(start):
                return ""  # it may become one yet
            if not start.startswith(_OPEN):
                return self._rest(0)
            self._state = "inside"
        end = self._held.find(_CLOSE)
        if end >= 0:
            return self._rest(end + len(_CLOSE)).lstrip()
        self._held = self._held[-len(_CLOSE) :]
        return ""

    def finish(self) -> str:
        """What was held back and turned out to be said."""
        return self._rest(0) if self._state == "before" else ""

    def _rest(self, start: int) -> str:
        self._state, said, self._held = "after", self._held[start:], ""
        return said


@dataclass(slots=True)
class _Call:
    number: int | None
    id: str
    name: str
    waiting: list[str] = field(default_factory=list)
    whole: str = ""

    def complete(self) -> bool:
        """Whether its arguments are a JSON value already, which nothing can continue."""
        text = self.whole + "".join(self.waiting)
        try:
            msgspec.json.decode(text)
        except msgspec.DecodeError:
            return False
        return True


class Calls:
    """The tool calls of one reply."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._next = 0
        """The first call that is not handed on to its end."""

    def feed(self, number: int | None, call: str, name: str, text: str) -> Iterator[Piece]:
        """A piece as the server sent it; the pieces that can be handed on. A call is held back
        while the one before it may go on."""
        self._find(number, call, name).waiting.append(text)
        while self._next < len(self._calls):
            yield from self._hand_on()
            last = self._next == len(self._calls) - 1
            if last or not self._calls[self._next].complete():
                break
            self._next += 1

    def finish(self) -> Iterator[Piece]:
        """The rest."""
        while self._next < len(self._calls):
            self._calls[self._next].name = self._calls[self._next].name or "unnamed"
            yield from self._hand_on()
            self._next += 1

    def __len__(self) -> int:
        return len(self._calls)

    def _find(self, number: int | None, call: str, name: str) -> _Call:
        """The call that a piece belongs to: by its number; but another id is another call, and so
        is a name given again, without an id, when the arguments were complete."""
        for known in reversed(self._calls):
            if number is not None and known.number != number:
                continue
            another = bool(call and known.id and known.id != call)
            again = bool(name and known.name and not call and known.complete())
            if not another and not again:
                known.id, known.name = known.id or call, known.name or name
                return known
        found = _Call(number, call, name)
        self._calls.append(found)
        return found

    def _hand_on(self) -> Iterator[Piece]:
        index, call = self._next, self._calls[self._next]
        if call.waiting and call.name:
            text, call.waiting = "".join(call.waiting), []
            call.whole += text
            call.id = call.id or f"call_{index}"
            yield Piece(index, call.id, call.name, text)
