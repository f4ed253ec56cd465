"""From roles to colours: the only place outside the panes' text that knows how anything looks.

Styles are made once per role and background, from the theme's variables, so that drawing a line is
a lookup per span. Text stays text: nothing here parses markup, and what a terminal would act on is
made visible once more before it is drawn.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from tui.views.line import Span, cells, clip
from tui.views.sanitize import sanitize

if TYPE_CHECKING:
    from textual.widget import Widget

_MIX: Final = {"dim": 0.42, "faint": 0.66, "frame": 0.74, "track": 0.86}
"""How much of the background is in a role's foreground."""

_VARIABLES: Final = {
    "ok": "success",
    "warn": "warning",
    "bad": "error",
    "info": "primary",
    "accent": "accent",
    "path": "secondary",
    "outside": "warning",
    "user": "accent",
}
"""Roles that have a colour of the theme's own."""

_CHIPS: Final = {"chip-ok": "success", "chip-warn": "warning", "chip-bad": "error"}


class Paint:
    """Draws lines on one background."""

    def __init__(self, variables: dict[str, str], background: Color) -> None:
        self._variables = variables
        self._background = background
        self._foreground = self._color("foreground", Color(224, 224, 224))
        self._styles: dict[tuple[str, bool], Style] = {}
        self._under = background.blend(self._color("primary", self._foreground), 0.22)

    def style(self, role: str, chosen: bool = False) -> Style:
        """How a role looks, and how where the cursor is."""
        key = (role, chosen)
        found = self._styles.get(key)
        if found is None:
            found = self._styles[key] = self._make(role, chosen)
        return found

    def strip(self, line: Iterable[Span], width: int, chosen: bool = False) -> Strip:
        """`line` in exactly `width` cells."""
        segments: list[Segment] = []
        room = width
        for text, role in line:
            shown = _safe(text)
            size = cells(shown)
            if size > room:
                shown = clip(shown, room)
                size = cells(shown)
            if shown:
                segments.append(Segment(shown, self.style(role, chosen)))
                room -= size
            if room <= 0:
                break
        if room > 0:
            segments.append(Segment(" " * room, self.style("text", chosen)))
        return Strip(segments, width)

    def _make(self, role: str, chosen: bool) -> Style:
        name, _, more = role.partition(" ")
        bold = "bold" in more or name == "bold"
        under = self._under if chosen else self._background
        if name.startswith("chip"):
            variable = _CHIPS.get(name, "primary")
            chip = self._color(variable, self._foreground)
            return Style(
                color=chip.get_contrast_text(1.0).rich_color, bgcolor=chip.rich_color, bold=True
            )
        if name in ("added", "removed"):
            tone = self._color("success" if name == "added" else "error", self._foreground)
            under = under.blend(tone, 0.16)
            return Style(color=self._foreground.rich_color, bgcolor=under.rich_color)
        color = self._foreground
        if name in _MIX:
            color = self._foreground.blend(self._background, _MIX[name])
        elif name in _VARIABLES:
            color = self._color(_VARIABLES[name], self._foreground)
        elif name.startswith("agent-"):
            color = self._color(name, self._foreground)
        return Style(color=color.rich_color, bgcolor=under.rich_color, bold=bold or None)

    def _color(self, variable: str, default: Color) -> Color:
        value = self._variables.get(variable)
        if not value:
            return default
        color = Color.parse(value)
        return color if color.ansi is None else default


def _safe(text: str) -> str:
    """The last door before the terminal: what passes it is one line and acts on nothing."""
    if text.isascii() and text.isprintable():
        return text
    return sanitize(text).replace("\n", " ").replace("\t", " ")


def nothing() -> None:
    """What a widget's `ask` does unless it is given one: just before it is drawn for the first
    time, a widget asks its owner for what to show, so that a screen's first frame is whole. What
    it is shown before that needs no refresh."""


def paint_of(widget: "Widget") -> Paint:
    """The paint for what `widget` draws, in the theme of the moment; make it once per style
    update and keep it."""
    return Paint(widget.app.theme_variables, widget.background_colors[1])


def frame_top(left: Iterable[Span], right: Iterable[Span], width: int, heavy: bool) -> list[Span]:
    """The upper edge of a frame with words in it."""
    return _edge("┏━┓" if heavy else "╭─╮", left, right, width, heavy)


def frame_bottom(
    left: Iterable[Span], right: Iterable[Span], width: int, heavy: bool
) -> list[Span]:
    """The lower edge of a frame with words in it."""
    return _edge("┗━┛" if heavy else "╰─╯", left, right, width, heavy)


def frame_side(heavy: bool) -> Span:
    """One cell of a frame's side."""
    return Span("┃", "info") if heavy else Span("│", "frame")


def _edge(
    shape: str, left: Iterable[Span], right: Iterable[Span], width: int, heavy: bool
) -> list[Span]:
    role = "info" if heavy else "frame"
    first, line, last = tuple(shape)
    left, right = list(left), list(right)
    used = sum(cells(span.text) for span in (*left, *right))
    room = width - 4 - used
    if room < 0:
        used = sum(cells(span.text) for span in left)
        right, room = [], max(width - 4 - used, 0)
    return [
        Span(first + line, role),
        *left,
        Span(line * room, role),
        *right,
        Span(line + last, role),
    ]
