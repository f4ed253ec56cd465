"""The lines at the foot of the screen: how the run stands, and the keys, which can be clicked."""

from collections.abc import Callable
from typing import NamedTuple

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.views.line import Line, Span, cells
from tui.widgets.paint import Paint, nothing, paint_of


class Hint(NamedTuple):
    """A key, what it does, and the action that a click on it runs."""

    key: str
    words: str
    action: str


class StatusBar(Widget):
    """Plain lines; the last of them may hold keys."""

    DEFAULT_CSS = """
    StatusBar { width: 1fr; height: auto; background: $panel; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.ask: Callable[[], None] = nothing
        self._drawn = False
        self._lines: tuple[Line, ...] = ()
        self._hints: tuple[Hint, ...] = ()
        self._row = 0
        self._places: list[tuple[int, int, str]] = []
        self._paint: Paint | None = None

    def show(self, lines: tuple[Line, ...], hints: tuple[Hint, ...]) -> None:
        """Draw the lines that differ; `hints` stand at the right end of the last one."""
        if not self._drawn:
            self._hints, self._lines = hints, lines
            return
        if hints != self._hints or len(lines) != len(self._lines):
            self._hints, self._lines = hints, lines
            self.refresh()
            return
        rows = [y for y, (a, b) in enumerate(zip(self._lines, lines, strict=True)) if a != b]
        self._lines = lines
        if rows:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in rows))

    def render_line(self, y: int) -> Strip:
        """One line."""
        if not self._drawn:
            self._drawn = True
            self.ask()
        paint = self._paint
        if paint is None:
            paint = self._paint = paint_of(self)
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else ()
        if y != len(self._lines) - 1 or not self._hints:
            return paint.strip(line, width)
        keys = self._keys(width - sum(cells(span.text) for span in line))
        used = sum(cells(span.text) for span in (*line, *keys))
        self._row = y
        start = width - sum(cells(span.text) for span in keys) if line else 0
        self._places = [(start + a, start + b, action) for a, b, action in self._offsets]
        if not line:
            return paint.strip(keys, width)
        return paint.strip((*line, Span(" " * (width - used)), *keys), width)

    def _keys(self, room: int) -> list[Span]:
        """As many hints as fit."""
        spans: list[Span] = []
        self._offsets: list[tuple[int, int, str]] = []
        x = 0
        for key, words, action in self._hints:
            size = cells(key) + 1 + cells(words) + 3
            if x + size > room:
                break
            spans += [Span(f" {key}", "accent bold"), Span(f" {words}  ", "dim")]
            self._offsets.append((x, x + size - 2, action))
            x += size + 1
        return spans

    async def on_click(self, event: events.Click) -> None:
        """Do what the key clicked at does."""
        if event.y == self._row:
            for start, end, action in self._places:
                if start <= event.x < end:
                    await self.screen.run_action(action)

    def notify_style_update(self) -> None:
        """Colours may have changed."""
        super().notify_style_update()
        self._paint = None
