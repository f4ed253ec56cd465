"""An agent's pane: a frame that says who and what, around the stream of what it does.

The frame is drawn here and not by CSS borders, because a border's title repaints the whole widget
when it changes, and this one changes every second; here one row does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.views.line import Line, Span
from tui.views.row import Row
from tui.views.transcript import Chunk
from tui.widgets.paint import (
    Paint,
    frame_bottom,
    frame_side,
    frame_top,
    nothing,
    paint_of,
)
from tui.widgets.stream import StreamView


class Face(NamedTuple):
    """What a pane shows around its stream, or instead of it."""

    top: tuple[Line, Line]
    bottom: tuple[Line, Line]
    card: tuple[Line, ...] = ()


_EMPTY = Face(((), ()), ((), ()))


class AgentPane(Widget):
    """One agent, as a pane or as a card."""

    DEFAULT_CSS = """
    AgentPane {
        layout: vertical;
        background: $background;
        & > StreamView { margin: 1 1; background: $background; }
        &.-card > StreamView { display: none; }
    }
    """

    @dataclass
    class Zoomed(Message):
        """The person wants this pane alone, or all again."""

        pane: "AgentPane"

    @dataclass
    class Entered(Message):
        """This pane has the focus now."""

        pane: "AgentPane"

    def __init__(self, agent: str) -> None:
        super().__init__()
        self.agent = agent
        self.stream = StreamView()
        self.ask: Callable[[], None] = nothing
        self._drawn = False
        self._face = _EMPTY
        self._heavy = False
        self._paint: Paint | None = None

    def compose(self) -> ComposeResult:
        """The stream; the frame is drawn by the pane itself."""
        yield self.stream

    @property
    def card(self) -> bool:
        """Whether the pane is too small to stream."""
        return self.has_class("-card")

    @card.setter
    def card(self, card: bool) -> None:
        if card != self.card:
            focused = self.has_focus_within
            self.can_focus = card
            self.set_class(card, "-card")
            if focused:
                self.call_after_refresh(self.take_focus)

    def take_focus(self) -> None:
        """Be the pane that keys go to."""
        (self if self.card else self.stream).focus()

    def feed(self, new: list[Row | Chunk]) -> None:
        """Add what came since the last frame."""
        rows: list[Row] = []
        for item in new:
            if isinstance(item, Row):
                rows.append(item)
                continue
            if rows:
                self.stream.append(rows)
                rows = []
            self.stream.stream(item.text, ref=item.ref)
        if rows:
            self.stream.append(rows)

    def show(self, face: Face) -> None:
        """Draw what differs from the last frame."""
        before, self._face = self._face, face
        width, height = self.size
        if not height or not self._drawn:
            return
        if self.card:
            if before.card != face.card or before.top != face.top:
                self.refresh()
            return
        changed = []
        if before.top != face.top:
            changed.append(Region(0, 0, width, 1))
        if before.bottom != face.bottom:
            changed.append(Region(0, height - 1, width, 1))
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """The frame, or the card in it."""
        if not self._drawn:
            self._drawn = True
            self.ask()
        paint = self._paint
        if paint is None:
            paint = self._paint = paint_of(self)
        width, height = self.size
        heavy = self._heavy
        if self.card:
            return self._card_line(paint, y, width)
        if y == 0:
            return paint.strip(frame_top(*self._face.top, width, heavy), width)
        if y == height - 1:
            return paint.strip(frame_bottom(*self._face.bottom, width, heavy), width)
        side = frame_side(heavy)
        return paint.strip((side, Span(" " * (width - 2)), side), width)

    def _card_line(self, paint: Paint, y: int, width: int) -> Strip:
        bar = Span("┃" if self._heavy else "▏", "info" if self._heavy else "frame")
        lines = self._face.card
        return paint.strip((bar, *(lines[y] if y < len(lines) else ())), width)

    def notify_style_update(self) -> None:
        """Colours may have changed."""
        super().notify_style_update()
        self._paint = None

    def on_descendant_focus(self) -> None:
        """The stream has the focus."""
        self._weigh(True)

    def on_descendant_blur(self) -> None:
        """The stream has lost the focus."""
        self._weigh(False)

    def on_focus(self) -> None:
        """The card has the focus."""
        self._weigh(True)

    def on_blur(self) -> None:
        """The card has lost the focus."""
        self._weigh(False)

    def _weigh(self, heavy: bool) -> None:
        if heavy != self._heavy:
            self._heavy = heavy
            self.refresh()
        if heavy:
            self.post_message(self.Entered(self))

    def on_click(self, event: events.Click) -> None:
        """A click takes the focus; a second one, or one on a card, zooms."""
        if event.chain == 2:
            self.post_message(self.Zoomed(self))
        else:
            self.take_focus()
