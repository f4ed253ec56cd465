"""Reading a reply while it streams: what is said, and which action is being written.

Agents without tool calls write their actions as tags in their text. A person wants to see "writes
mean.py" and its lines, not the tags. This reader takes the text in any pieces and tells at once
what can be told; a tag cut in two by a chunk's end is held back until it is whole. However a text
is cut, the pieces joined are the same.

It shows and never acts: which actions count is decided by `agents.protocol.tags` on the whole
reply, and rows of what really happened come from the events that follow.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from agents.protocol.actions import BY_NAME
from agents.protocol.tags import WITH_BODY


class Said(NamedTuple):
    """Text outside of any action."""

    text: str


class Opened(NamedTuple):
    """An action begins; `target` is its path, task or addressee."""

    action: str
    target: str


class Content(NamedTuple):
    """Text inside of an action."""

    text: str


class Closed(NamedTuple):
    """An action's text is over; `whole` is false when the reply ended first."""

    action: str
    whole: bool = True


Piece = Said | Opened | Content | Closed

ACTIONS: Final = frozenset(BY_NAME)

_OPENING = re.compile(
    r"<(?P<name>[a-z_]+)(?P<attributes>(?:\s+[a-z_]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(?P<end>/?)>"
)
_CLOSING = re.compile(r"</(?P<name>[a-z_]+)>")
_ATTRIBUTE = re.compile(r"([a-z_]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NAME = re.compile(r"</?([a-z_]*)")
_LONGEST_TAG: Final = 400
"""Characters after which something that never closes is no tag."""


class ReplyReader:
    """Takes one reply's text as it comes; `feed` and then `finish` give its pieces in order."""

    def __init__(self) -> None:
        self._held = ""
        self._inside = ""
        self._quoted = False

    @property
    def inside(self) -> str:
        """The action whose text is being written; empty between actions."""
        return self._inside

    def feed(self, text: str) -> Iterator[Piece]:
        """The pieces that `text` completes."""
        self._held += text
        while self._held:
            step = self._in_content() if self._inside else self._between()
            if step is None:
                return
            yield from step

    def finish(self) -> Iterator[Piece]:
        """The rest, now that no more text comes."""
        held, self._held = self._held, ""
        if self._inside:
            if held:
                yield Content(held)
            yield Closed(self._inside, whole=False)
            self._inside = ""
        elif held:
            yield Said(held)

    def _between(self) -> list[Piece] | None:
        held = self._held
        start = held.find("<")
        if start != 0:
            said = held if start < 0 else held[:start]
            self._held = held[len(said) :]
            self._count_quotes(said)
            return [Said(said)]
        if not self._quoted:
            if opening := _OPENING.match(held):
                if opening["name"] in ACTIONS:
                    return self._open(opening)
            elif closing := _CLOSING.match(held):
                if closing["name"] in ACTIONS:
                    self._held = held[closing.end() :]
                    return []
            elif self._may_become_tag(held):
                return None
        self._held = held[1:]
        return [Said("<")]

    def _open(self, opening: re.Match[str]) -> list[Piece]:
        self._held = self._held[opening.end() :]
        name = opening["name"]
        given = {key: one or two for key, one, two in _ATTRIBUTE.findall(opening["attributes"])}
        target = given.get("path") or given.get("id") or given.get("to") or ""
        pieces: list[Piece] = [Opened(name, target)]
        if name in WITH_BODY and not opening["end"]:
            self._inside = name
        else:
            pieces.append(Closed(name))
        return pieces

    def _in_content(self) -> list[Piece] | None:
        held = self._held
        closing = f"</{self._inside}>"
        end = held.find(closing)
        if end >= 0:
            self._held = held[end + len(closing) :]
            done: list[Piece] = [Content(held[:end])] if end else []
            done.append(Closed(self._inside))
            self._inside = ""
            return done
        keep = _overlap(held, closing)
        if keep == len(held):
            return None
        self._held = held[len(held) - keep :]
        return [Content(held[: len(held) - keep])]

    def _count_quotes(self, said: str) -> None:
        """A tag between backticks of one line is talked about, not written."""
        line = said.rpartition("\n")[2]
        if len(line) < len(said):
            self._quoted = False
        if line.replace("```", "").count("`") % 2:
            self._quoted = not self._quoted

    @staticmethod
    def _may_become_tag(held: str) -> bool:
        if len(held) > _LONGEST_TAG or ">" in held:
            return False
        name = _NAME.match(held)
        written = name[1] if name else ""
        if name and name.end() == len(held):
            return any(action.startswith(written) for action in ACTIONS)
        return written in ACTIONS


def _overlap(text: str, tag: str) -> int:
    """How many characters at the end of `text` may be the beginning of `tag`."""
    for length in range(min(len(text), len(tag) - 1), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
