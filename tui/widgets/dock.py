"""The dock: lists beside the panes, or below them, one at a time behind tabs in its edge."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.views.line import Span, cells
from tui.widgets.paint import (
    Paint,
    frame_bottom,
    frame_side,
    frame_top,
    nothing,
    paint_of,
)
from tui.widgets.roll import Roll


@dataclass(frozen=True)
class Tab:
    """A list's name in the dock's edge, and for an edge too short for all names; `note` is a
    count or a sign after it, which goes first where there is no room unless it is to `keep`."""

    name: str
    short: str
    note: str = ""
    role: str = "dim"
    keep: bool = False


class Dock(Widget):
    """A frame with tabs around a `Roll`."""

    DEFAULT_CSS = """
    Dock {
        layout: vertical;
        background: $background;
        & > Roll { margin: 1 1; }
        &.-below > Roll { margin: 1 0 0 0; }
    }
    """

    @dataclass
    class Turned(Message):
        """Another tab was chosen with the mouse."""

        dock: "Dock"
        tab: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.roll = Roll()
        self.ask: Callable[[], None] = nothing
        self._drawn = False
        self._tabs: tuple[Tab, ...] = ()
        self._current = ""
        self._heavy = False
        self._places: list[tuple[int, int, str]] = []
        self._paint: Paint | None = None

    def compose(self) -> ComposeResult:
        """The list; the frame is drawn by the dock itself."""
        yield self.roll

    def show(self, tabs: tuple[Tab, ...], current: str) -> None:
        """Draw the tabs, if they differ."""
        if (tabs, current) != (self._tabs, self._current):
            self._tabs, self._current = tabs, current
            if self._drawn:
                self.refresh(Region(0, 0, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """The frame."""
        if not self._drawn:
            self._drawn = True
            self.ask()
        paint = self._paint
        if paint is None:
            paint = self._paint = paint_of(self)
        width, height = self.size
        heavy = self._heavy
        if y == 0:
            labels = self._labels(width)
            if self.has_class("-below"):
                line, role = ("━", "info") if heavy else ("─", "frame")
                used = sum(cells(span.text) for span in labels) + 2
                edge = [Span(line * 2, role), *labels, Span(line * max(width - used, 0), role)]
                return paint.strip(edge, width)
            return paint.strip(frame_top(labels, (), width, heavy), width)
        if self.has_class("-below"):
            return paint.strip((), width)
        if y == height - 1:
            return paint.strip(frame_bottom((), (), width, heavy), width)
        side = frame_side(heavy)
        return paint.strip((side, Span(" " * (width - 2)), side), width)

    def _labels(self, width: int) -> list[Span]:
        """The tabs' names, with their notes if there is room."""
        spans: list[Span] = []
        self._places = []
        whole = sum(cells(f"  {tab.name} {tab.note}") + 1 for tab in self._tabs) + 4 <= width
        x = 2
        for tab in self._tabs:
            chosen = tab.name == self._current
            label = [Span(f" {tab.name if whole else tab.short}", "bold" if chosen else "dim")]
            if tab.note and (whole or tab.keep):
                label.append(Span(f" {tab.note}", tab.role))
            if whole:
                label.append(Span(" "))
            size = sum(cells(span.text) for span in label)
            self._places.append((x, x + size, tab.name))
            x += size
            spans += label
        return [*spans, Span(" ")]

    def on_click(self, event: events.Click) -> None:
        """A click on a tab turns to it."""
        if event.y == 0:
            for start, end, name in self._places:
                if start <= event.x < end:
                    self.post_message(self.Turned(self, name))
                    return
        self.roll.focus()

    def on_descendant_focus(self) -> None:
        """The list has the focus."""
        self._heavy = True
        self.refresh()

    def on_descendant_blur(self) -> None:
        """The list has lost the focus."""
        self._heavy = False
        self.refresh()

    def notify_style_update(self) -> None:
        """Colours may have changed."""
        super().notify_style_update()
        self._paint = None
