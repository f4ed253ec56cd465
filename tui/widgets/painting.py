"""Turn a line of a pane into a strip: the only place that knows how a kind of row looks.

Computing styles is what makes Textual's own text widgets slow under a stream, so it happens once
per change of theme: a `Palette` holds finished styles, filters applied, and a strip is made of one
to five segments that share them. A line without marks is a single segment.

It refuses markup: text is text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.views.row import KINDS
from tui.widgets.leanstrip import LeanStrip
from tui.widgets.wrapping import cells

if TYPE_CHECKING:
    from textual.widget import Widget

GUTTER: Final = 2
"""Cells before the text: a mark, and whether there are details."""

BAR: Final = 1
"""Cells after the text, for the scrollbar."""

UNKNOWN_MARK: Final = "•"
"""Stands for a mark that is not one cell wide."""

COLLAPSED: Final = "▸"
EXPANDED: Final = "▾"
THUMB: Final = "▐"

_PARTS: Final = ("detail", "hint", "thumb")
COMPONENTS: Final = {f"stream--{part}" for part in (*KINDS, *_PARTS)}
"""The component classes a theme styles."""


class Palette(NamedTuple):
    """Finished styles; equal palettes draw alike."""

    kinds: dict[str, Style]
    base: Style
    detail: Style
    hint: Style
    thumb: Style
    selection: Style

    @classmethod
    def of(cls, widget: Widget) -> Palette:
        """Resolve the styles of `widget`, a stream view that is on a screen."""
        background = widget.background_colors[1]
        filters = widget.get_line_filters()

        def finished(style: Style) -> Style:
            segments = [Segment("x", style)]
            for line_filter in filters:
                segments = line_filter.apply(segments, background)
            return segments[0].style or Style.null()

        def part(name: str) -> Style:
            return finished(widget.get_component_rich_style(f"stream--{name}"))

        selection = widget.screen.get_component_rich_style("screen--selection")
        return cls(
            kinds={kind: part(kind) for kind in KINDS},
            base=finished(widget.rich_style),
            detail=part("detail"),
            hint=part("hint"),
            thumb=part("thumb"),
            selection=finished(selection),
        )

    def kind(self, kind: str) -> Style:
        """Return the style of a kind of row; of plain text if the kind is unknown."""
        return self.kinds.get(kind) or self.kinds["text"]


class Gutter(NamedTuple):
    """What stands before a line."""

    mark: str = ""
    kind: str = "text"
    fold: str = ""


class Painter:
    """Draws lines of one width in one palette."""

    def __init__(self, palette: Palette, width: int) -> None:
        """Draw strips `width` cells wide, gutter and scrollbar included."""
        self.palette = palette
        self.width = width
        self._room = max(width - GUTTER - BAR, 0)
        self._thumb = Segment(THUMB, palette.thumb)
        self._blank = {
            False: LeanStrip([Segment(" " * width, palette.base)], width),
            True: LeanStrip([Segment(" " * max(width - BAR, 0), palette.base), self._thumb], width),
        }

    def blank(self, thumb: bool) -> Strip:
        """Return an empty line, with the scrollbar's thumb or without; always the same ones."""
        return self._blank[thumb]

    def line(
        self,
        text: str,
        style: Style,
        gutter: Gutter | None,
        thumb: bool,
        span: tuple[int, int] | None = None,
    ) -> Strip:
        """Draw `text`, of which the characters in `span` are selected."""
        text = text.rstrip(" \n") if span is None else text.rstrip("\n")
        room = self._room
        used = cells(text)
        if used > room:
            text, used = set_cell_size(text, room), room
        pad = " " * (room - used)
        segments: list[Segment] = []
        lead = " " * GUTTER
        if gutter is not None:
            mark, kind, fold = gutter
            segments.append(Segment(one_cell(mark), self.palette.kind(kind)))
            lead = fold or " "
        if span is None:
            segments.append(Segment(lead + text + pad + ("" if thumb else " "), style))
        else:
            start, end = span
            parts = (
                (lead + text[:start], style),
                (text[start:end], style + self.palette.selection),
                (text[end:] + pad + ("" if thumb else " "), style),
            )
            segments.extend(Segment(part, look) for part, look in parts if part)
        if thumb:
            segments.append(self._thumb)
        strip: Strip = LeanStrip(segments, GUTTER + room + BAR)
        return strip if strip.cell_length == self.width else strip.crop(0, self.width)

    def hint(self, under: Strip, text: str) -> Strip:
        """Return `under` with `text` laid over its right end."""
        label = f" {text} "
        room = self.width - cells(label) - BAR
        if room < 0:
            return under
        return LeanStrip.join(
            [
                under.crop(0, room),
                Strip([Segment(label, self.palette.hint)]),
                under.crop(self.width - BAR, self.width),
            ]
        )


def one_cell(mark: str) -> str:
    """Return `mark` if it takes exactly one cell, a blank if it is empty, else a stand-in."""
    if not mark:
        return " "
    return mark if cells(mark) == 1 and mark.isprintable() else UNKNOWN_MARK
