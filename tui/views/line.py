"""Lines for the screen as plain values: stretches of text, each with the role it plays.

A role is a meaning (`ok`, `dim`, `agent-3`), never a colour; the theme decides how it looks. Views
make lines, widgets paint them, tests compare them. Text in a line is data: control characters
become visible, line ends become blanks, and nothing is markup.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from tui.views.sanitize import sanitize


class Span(NamedTuple):
    """A stretch of text and its role."""

    text: str
    role: str = "text"


Line: TypeAlias = tuple[Span, ...]

_ELLIPSIS = "…"
_BREAKS = re.compile(r"[\n\t]+")


def flat(text: str) -> str:
    """`text` in one line, with nothing in it that a terminal would act on."""
    if text.isascii() and text.isprintable():
        return text
    return _BREAKS.sub(" ", sanitize(text))


def data(text: str, role: str = "text") -> Span:
    """A span of text that somebody else wrote."""
    return Span(flat(text), role)


def cells(text: str) -> int:
    """How many cells of the terminal `text` takes; an approximation of the terminal's own."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def clip(text: str, width: int) -> str:
    """`text`, or as much of it as fits in `width` cells with an ellipsis at its end."""
    if width <= 0:
        return ""
    if cells(text) <= width:
        return text
    if text.isascii():
        return text[: width - 1] + _ELLIPSIS
    room = width - 1
    kept = []
    for character in text:
        room -= cells(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + _ELLIPSIS


def clip_start(text: str, width: int) -> str:
    """`text`, or the end of it that fits: of a path the last part says most."""
    if cells(text) <= width or width <= 0:
        return text if width > 0 else ""
    return _ELLIPSIS + clip(text[::-1], width)[-2::-1]


def pad(text: str, width: int, right: bool = False) -> str:
    """`text` in exactly `width` cells, clipped or filled with blanks (before it if `right`)."""
    text = clip(text, width)
    blanks = " " * (width - cells(text))
    return blanks + text if right else text + blanks


def width_of(line: Iterable[Span]) -> int:
    """The cells that `line` takes."""
    return sum(cells(span.text) for span in line)


def fit(line: Iterable[Span], width: int) -> Line:
    """`line` in at most `width` cells."""
    kept: list[Span] = []
    room = width
    for span in line:
        size = cells(span.text)
        if size > room:
            if room > 0:
                kept.append(Span(clip(span.text, room), span.role))
            break
        kept.append(span)
        room -= size
    return tuple(kept)


def spread(left: Iterable[Span], right: Iterable[Span], width: int, fill: Span = Span(" ")) -> Line:  # noqa: B008
    """`left` and `right` at the two ends of `width` cells, `fill` repeated between them.

    When both do not fit, the right one goes first, then the left one is clipped.
    """
    left, right = tuple(left), tuple(right)
    room = width - width_of(left) - width_of(right)
    if room < 1:
        left = fit(left, width)
        right = ()
        room = width - width_of(left)
    return (*left, Span(fill.text * max(room, 0), fill.role), *right)


def plain(line: Iterable[Span]) -> str:
    """The text of `line` without its roles."""
    return "".join(span.text for span in line)
