"""The timeline of a replay as a widget: a click goes there, and so does dragging."""

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.views.line import Line
from tui.widgets.paint import Paint, paint_of


class TimelineBar(Widget):
    """One line."""

    DEFAULT_CSS = """
    TimelineBar { width: 1fr; height: 1; padding: 0 1; background: $panel; display: none; }
    """

    @dataclass
    class Sought(Message):
        """The person wants to be at that share of the recording."""

        share: float

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._line: Line = ()
        self._paint: Paint | None = None
        self._held = False

    def show(self, line: Line) -> None:
        """Draw another line."""
        if line != self._line:
            self._line = line
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        if self._paint is None:
            self._paint = paint_of(self)
        return self._paint.strip(self._line, self.size.width)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go there."""
        self._held = True
        self.capture_mouse()
        self._seek(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse while it is held."""
        if self._held:
            self._seek(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        self._held = False
        self.release_mouse()

    def _seek(self, x: int) -> None:
        width = max(self.size.width - 1, 1)
        inside = x - self.styles.padding.left
        self.post_message(self.Sought(min(max(inside / width, 0.0), 1.0)))

    def notify_style_update(self) -> None:
        """Colours may have changed."""
        super().notify_style_update()
        self._paint = None
