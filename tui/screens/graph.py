"""The task graph over the session; it changes as the session does."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.screens.sheet import Framed
from tui.views import taskgraph
from tui.views.line import Span
from tui.views.picture import Picture
from tui.widgets.roll import Roll

AGAIN_SECONDS: Final = 0.3


class GraphScreen(ModalScreen[str]):
    """The graph; returns the task that was chosen."""

    CSS_PATH = "walking.tcss"
    AUTO_FOCUS = "Roll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Close", show=False),
    ]

    def __init__(self, picture: Callable[[], Picture]) -> None:
        """Draw the tasks of `picture()`."""
        super().__init__()
        self._picture = picture
        self.roll = Roll()
        top = ((Span(" task graph ", "bold"),), ())
        self._framed = Framed(self.roll, top, (Span(" ↑ ↓ · Enter opens · Esc ", "dim"),))

    def compose(self) -> ComposeResult:
        """The frame around the drawing."""
        yield self._framed

    def on_mount(self) -> None:
        """Draw, and go on."""
        self.set_interval(AGAIN_SECONDS, self._draw)

    def on_resize(self, event: events.Resize) -> None:
        """Take the whole of a small terminal."""
        self.set_class(event.size.width < 100 or event.size.height < 30, "-small")
        self.call_after_refresh(self._draw)

    def on_click(self, event: events.Click) -> None:
        """A click beside the frame closes it."""
        if event.widget is self:
            self.dismiss()

    def on_roll_chosen(self, message: Roll.Chosen) -> None:
        """Open a task."""
        message.stop()
        self.dismiss(message.key)

    def action_close(self) -> None:
        """Back to the session."""
        self.dismiss()

    def _draw(self) -> None:
        width = self.roll.size.width - 2
        if width > 0:
            self.roll.show(taskgraph.listing(self._picture(), width))
