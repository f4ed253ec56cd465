"""Something opened over the session: a heading, a scrolling sheet of lines, Esc to close."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from tui.views.line import Line, Span
from tui.widgets.paint import Paint, frame_bottom, frame_side, frame_top, paint_of
from tui.widgets.sheet import Maker, Sheet


class Framed(Widget):
    """A frame with words in its edges, around a sheet or a list."""

    DEFAULT_CSS = """
    Framed { background: $surface; & > Sheet { margin: 1 2; } }
    """

    def __init__(self, body: Widget, top: tuple[Line, Line], bottom: Line) -> None:
        super().__init__(body)
        self._top = top
        self._bottom = bottom
        self._paint: Paint | None = None

    def show(self, top: tuple[Line, Line]) -> None:
        """Change the words in the upper edge."""
        self._top = top
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The frame."""
        paint = self._paint
        if paint is None:
            paint = self._paint = paint_of(self)
        width, height = self.size
        if y == 0:
            return paint.strip(frame_top(*self._top, width, True), width)
        if y == height - 1:
            return paint.strip(frame_bottom((), self._bottom, width, True), width)
        side = frame_side(True)
        return paint.strip((side, Span(" " * (width - 2)), side), width)

    def notify_style_update(self) -> None:
        """Colours may have changed."""
        super().notify_style_update()
        self._paint = None


class SheetScreen(ModalScreen[str]):
    """Lines in a frame over the session, which stays in sight at the edges."""

    CSS_PATH = "sheet.tcss"
    AUTO_FOCUS = "Sheet"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "Close", show=False),
    ]
    hints: ClassVar[str] = "↑ ↓ scroll · Esc close"

    def __init__(self, top: tuple[Line, Line], make: Maker) -> None:
        super().__init__()
        self.sheet = Sheet(make)
        self._framed = Framed(self.sheet, top, (Span(f" {self.hints} ", "dim"),))

    def compose(self) -> ComposeResult:
        """The frame and its sheet."""
        yield self._framed

    def show(self, top: tuple[Line, Line], make: Maker, keep: bool = False) -> None:
        """Show something else, from its top unless the reader is to `keep` the place."""
        self._framed.show(top)
        self.sheet.write(make, keep)

    def action_close(self) -> None:
        """Back to the session."""
        self.dismiss()

    def on_resize(self, event: events.Resize) -> None:
        """Take the whole of a small terminal."""
        self.set_class(event.size.width < 100 or event.size.height < 30, "-small")

    def on_click(self, event: events.Click) -> None:
        """A click beside the frame closes it."""
        if event.widget is self:
            self.dismiss()
