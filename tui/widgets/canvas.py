"""The frame of a stream view: its lines on the screen as strips, each made once.

A frame is compared with the one before by identity, so the whole art is to hand out the same strip
as long as a line looks the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip

from tui.widgets.painting import COLLAPSED, EXPANDED, Gutter, Painter, Palette
from tui.widgets.selecting import line_span

if TYPE_CHECKING:
    from textual.selection import Selection

    from tui.views.row import Row
    from tui.widgets.linestore import Line, LineStore
    from tui.widgets.viewport import Viewport


class Canvas:
    """Draws what a viewport shows."""

    def __init__(self, store: LineStore, view: Viewport) -> None:
        """Draw the lines of `store` that are in `view`."""
        self._store = store
        self._view = view
        self._marks: dict[int, tuple[str, str]] = {}
        self._painter: Painter | None = None
        self._strips: dict[tuple[int, int, bool], tuple[str, int, Strip]] = {}
        self._hinted: tuple[Strip | None, str, Strip] = (None, "", Strip([]))
        self.lines: list[Line] = []
        """The lines of the frame; the rest of it is empty."""
        self.frame: list[Strip] = []
        """One strip per row of the screen."""

    def reset(self) -> None:
        """Forget marks, and strips with them."""
        self._marks.clear()
        self._strips.clear()

    def restyle(self, palette: Palette) -> None:
        """Draw in `palette` from now on."""
        if self._painter is None or self._painter.palette != palette:
            self._painter = Painter(palette, 0)

    def refold(self) -> None:
        """Draw anew, because details were expanded or collapsed."""
        self._strips.clear()

    def mark(self, ref: int, glyph: str, kind: str) -> None:
        """Draw `glyph` before the rows with reference `ref`."""
        self._marks[ref] = (glyph, kind)
        self._strips = {key: held for key, held in self._strips.items() if held[1] != ref}

    def clear_marks(self) -> None:
        """Forget the marks."""
        marked, self._marks = self._marks, {}
        self._strips = {k: held for k, held in self._strips.items() if held[1] not in marked}

    def draw(self, width: int, height: int, selection: Selection | None) -> list[int]:
        """Make the frame, and return which rows of the screen differ from the last.

        Raises:
            RuntimeError: There is no palette yet.
        """
        painter = self._sized(width)
        self.lines = lines = self._view.lines(height)
        bar = self._view.thumb()
        frame = [self._strip(painter, line, y in bar, selection) for y, line in enumerate(lines)]
        frame += [painter.blank(y in bar) for y in range(len(frame), height)]
        if frame and (hint := self._view.hint):
            frame[-1] = self._hint(painter, frame[-1], hint)
        before, self.frame = self.frame, frame
        if len(self._strips) > 8 * height + 256:
            shown = {(line.row, line.offset) for line in lines}
            self._strips = {key: held for key, held in self._strips.items() if key[:2] in shown}
        if len(before) != height:
            return list(range(height))
        return [y for y, (old, new) in enumerate(zip(before, frame, strict=True)) if old is not new]

    def gutter(self, row: Row) -> Gutter | None:
        """Return what stands before the first line of `row`, or None for nothing."""
        mark, kind = self._marks.get(row.ref or -1, (row.mark, row.kind))
        fold = (EXPANDED if self._store.detailed else COLLAPSED) if row.detail else ""
        return Gutter(mark, kind, fold) if mark or fold else None

    def _sized(self, width: int) -> Painter:
        painter = self._painter
        if painter is None:
            raise RuntimeError("restyle the canvas before it draws")
        if painter.width != width:
            self._painter = painter = Painter(painter.palette, width)
            self._strips.clear()
        return painter

    def _hint(self, painter: Painter, under: Strip, text: str) -> Strip:
        """Return the strip `under` with a hint on it; the one of the last frame if it is alike."""
        held, words, strip = self._hinted
        if held is not under or words != text:
            strip = painter.hint(under, text)
            self._hinted = (under, text, strip)
        return strip

    def _strip(
        self, painter: Painter, line: Line, thumb: bool, selection: Selection | None
    ) -> Strip:
        """Return the strip of a line: the one of the last frame, unless it must differ."""
        number, offset, text = line
        span = None if selection is None else line_span(selection, line)
        key = (number, offset, thumb)
        if span is None and (held := self._strips.get(key)) is not None and held[0] == text:
            return held[2]
        row = self._store.row(number)
        palette = painter.palette
        style = palette.detail if row.detail and offset > len(row.text) else palette.kind(row.kind)
        strip = painter.line(text, style, self.gutter(row) if offset == 0 else None, thumb, span)
        if span is None:
            self._strips[key] = (text, row.ref, strip)
        return strip
