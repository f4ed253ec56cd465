"""A scrolling sheet of lines made for its width: evidence, help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.views.line import Line, Span
from tui.widgets.paint import Paint, paint_of

Maker = Callable[[int], Sequence[Line]]


class Sheet(Widget, can_focus=True):
    """Lines from a function of the width."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_by(-1)", "Up", show=False),
        Binding("down,j", "scroll_by(1)", "Down", show=False),
        Binding("pageup", "scroll_page(-1)", "Page up", show=False),
        Binding("pagedown", "scroll_page(1)", "Page down", show=False),
        Binding("home", "scroll_by(-1000000)", "Top", show=False),
        Binding("end", "scroll_by(1000000)", "Bottom", show=False),
    ]
    DEFAULT_CSS = """
    Sheet { width: 1fr; height: 1fr; background: $surface; }
    """

    @dataclass
    class Clicked(Message):
        """A line was clicked at."""

        line: int

    def __init__(self, make: Maker, id: str | None = None) -> None:
        super().__init__(id=id)
        self._make = make
        self._lines: Sequence[Line] = ()
        self._made_for = 0
        self._top = 0
        self._paint: Paint | None = None

    def write(self, make: Maker, keep: bool = False) -> None:
        """Show something else, from its top, or from where the reader is."""
        self._make = make
        self._made_for = 0
        self._top = self._top if keep else 0
        self.refresh()

    @property
    def top(self) -> int:
        """The first line in sight."""
        return self._top

    def action_scroll_by(self, lines: int) -> None:
        """Scroll, as far as there is text."""
        top = min(max(self._top + lines, 0), max(len(self._lines) - self.size.height, 0))
        if top != self._top:
            self._top = top
            self.refresh()

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by what fits, less a line to find the place again."""
        self.action_scroll_by(pages * max(self.size.height - 1, 1))

    def on_click(self, event: events.Click) -> None:
        """Tell which line it was."""
        event.stop()
        self.post_message(self.Clicked(self._top + event.y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        event.stop()
        self.action_scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self.action_scroll_by(-3)

    def render_line(self, y: int) -> Strip:
        """One line of those in sight."""
        paint = self._paint
        if paint is None:
            paint = self._paint = paint_of(self)
        width, height = self.size
        if self._made_for != width:
            self._made_for = width
            self._lines = self._make(width - 1)
            self._top = min(self._top, max(len(self._lines) - height, 0))
        place = self._top + y
        line = self._lines[place] if place < len(self._lines) else ()
        body = paint.strip(line, width - 1)
        return Strip.join([body, paint.strip((self._bar(y),), 1)])

    def _bar(self, y: int) -> Span:
        total, height = len(self._lines), self.size.height
        if total <= height:
            return Span(" ")
        size = max(height * height // total, 1)
        start = self._top * (height - size) // max(total - height, 1)
        return Span("▐", "frame") if start <= y < start + size else Span(" ")

    def notify_style_update(self) -> None:
        """Colours may have changed."""
        super().notify_style_update()
        self._paint = None
