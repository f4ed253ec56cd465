"""Reading a tool call while it streams: the same pieces that `reply.py` makes of a tag.

A call's arguments are the text of a JSON object that arrives in any pieces. What is long in it (a
file's content) is shown as it is written, so this reader decodes strings as far as they have come.
However a call is cut, the pieces joined are the same. Like its sibling it shows and never acts.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from agents.protocol.tags import WITH_BODY
from tui.views.reply import Closed, Content, Opened, Piece

_TARGETS: Final = ("path", "id", "to")
_SHOWN: Final = frozenset({"content", "search", "replace", "text", "description", "reason"})
_SIDES: Final = ("search", "replace")
_STRING: Final = re.compile(r'(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*')
"""As much of a string's inside as is whole: an escape that is cut off is left for later."""
_HIGH: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\Z")
"""The first half of a character that is written as two escapes."""


class CallReader:
    """Takes the arguments of one call of the tool `name`; `feed` and then `finish` give its
    pieces in order."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._held = ""
        self._key: str | None = None
        self._string = False
        self._value: list[str] = []
        self._depth = 0
        self._opened = False
        self._over = False
        self._target = ""

    def feed(self, text: str) -> Iterator[Piece]:
        """The pieces that `text` completes."""
        self._held += text
        while self._held:
            before = len(self._held)
            yield from self._in_string() if self._string else self._outside()
            if len(self._held) == before:
                return

    def finish(self) -> Iterator[Piece]:
        """The rest, now that no more text comes."""
        yield from self._open()
        yield Closed(self._name, whole=self._over)

    def _outside(self) -> Iterator[Piece]:
        mark, self._held = self._held[0], self._held[1:]
        if mark == '"':
            self._string = True
            self._value = []
            if self._shows() and self._depth == 1:
                yield from self._open()
                if self._key in _SIDES:
                    yield Content(f"<{self._key}>\n")
        elif mark in "{[":
            self._depth += 1
        elif mark in "}]":
            self._depth -= 1
            self._over = self._depth == 0
        elif mark == "," and self._depth == 1:
            self._key = None

    def _in_string(self) -> Iterator[Piece]:
        whole = _STRING.match(self._held)
        assert whole  # it matches the empty text
        end = whole.end()
        closed = self._held[end : end + 1] == '"'
        if not closed and (half := _HIGH.search(self._held, 0, end)):
            end = half.start()
        raw, self._held = self._held[:end], self._held[end:]
        text = _decoded(raw)
        if self._shows() and self._depth == 1:
            if text:
                yield Content(text)
        else:
            self._value.append(text)
        if closed:
            self._held = self._held[1:]
            self._string = False
            yield from self._string_over()

    def _string_over(self) -> Iterator[Piece]:
        if self._depth != 1:
            return
        value = "".join(self._value)
        if self._key is None:
            self._key = value
        elif self._key in _SIDES:
            yield Content(f"\n</{self._key}>\n")
        elif self._key in _TARGETS and not self._target:
            self._target = value
            yield from self._open()

    def _shows(self) -> bool:
        return self._key in _SHOWN and self._name in WITH_BODY

    def _open(self) -> Iterator[Piece]:
        if not self._opened:
            self._opened = True
            yield Opened(self._name, self._target)


def _decoded(raw: str) -> str:
    """The text of a string's inside. What no JSON holds is shown as it came."""
    try:
        text: str = json.loads(f'"{raw}"', strict=False)
    except json.JSONDecodeError:
        return raw
    return text.encode("utf-8", "replace").decode()  # half a character fits no terminal
