"""A list of which an entry can be chosen: the dock's body.

It holds plain lines and draws those in sight. New entries leave the cursor where it is, unless it
is on the last one of a list that grows at its end, or on the first one of another list that has
not the focus: then it follows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.views.entry import Listing
from tui.views.line import Span
from tui.widgets.paint import Paint, nothing, paint_of

_NOTHING = Listing((), "")


class Roll(Widget, can_focus=True):
    """Entries of equal height, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]
    DEFAULT_CSS = """
    Roll { width: 1fr; height: 1fr; background: $background; }
    """

    @dataclass
    class Headed(Message):
        """The lines above the entries were clicked at."""

        roll: "Roll"

    @dataclass
    class Chosen(Message):
        """An entry was opened, by Enter or by a click."""

        roll: "Roll"
        key: str

    def __init__(self) -> None:
        super().__init__()
        self.ask: Callable[[], None] = nothing
        self._drawn = False
        self._listing = _NOTHING
        self._key = ""
        self._following = True
        self._top = 0
        self._paint: Paint | None = None

    @property
    def key(self) -> str:
        """The entry under the cursor."""
        return self._key

    @property
    def at_top(self) -> bool:
        """Whether the cursor is on the first entry."""
        return not self._place()

    def show(self, listing: Listing) -> None:
        """Show `listing`; nothing is drawn when it is what is shown already."""
        if listing == self._listing:
            return
        self._listing = listing
        lost = self._place() is None
        # A list that does not grow at its end may grow at its top. Whoever looks at its top stays
        # there, but never does the cursor leave an entry that keys would act on.
        follows = self._following and (listing.grows or not self.has_focus)
        if listing.entries and (lost or follows):
            self._key = listing.entries[-1 if listing.grows else 0].key
            self._following = True
        self._keep_in_sight()
        if self._drawn:
            self.refresh()

    def point(self, key: str) -> None:
        """Put the cursor on an entry, if there is such a one."""
        keys = [entry.key for entry in self._listing.entries]
        if key in keys:
            self._go(keys.index(key))

    @property
    def _tall(self) -> int:
        entries = self._listing.entries
        return len(entries[0].lines) if entries else 1

    @property
    def _fits(self) -> int:
        return max((self.size.height - len(self._listing.head)) // self._tall, 1)

    def _place(self) -> int | None:
        for place, entry in enumerate(self._listing.entries):
            if entry.key == self._key:
                return place
        return None

    def _go(self, place: int) -> None:
        entries = self._listing.entries
        if not entries:
            return
        place = min(max(place, 0), len(entries) - 1)
        self._key = entries[place].key
        self._following = place == (len(entries) - 1 if self._listing.grows else 0)
        self._keep_in_sight()
        self.refresh()

    def _keep_in_sight(self) -> None:
        place = self._place() or 0
        last = max(len(self._listing.entries) - self._fits, 0)
        top = min(max(self._top, place - self._fits + 1), place)
        self._top = min(max(top, 0), last)

    def render_line(self, y: int) -> Strip:
        """One line of the entries in sight."""
        if not self._drawn:
            self._drawn = True
            self.ask()
        paint = self._paint
        if paint is None:
            paint = self._paint = paint_of(self)
        width = self.size.width
        listing = self._listing
        if y < len(listing.head):
            return paint.strip((Span(" "), *listing.head[y]), width)
        y -= len(listing.head)
        if not listing.entries:
            return paint.strip((Span(f" {listing.empty}" if y == 0 else "", "faint"),), width)
        place, line = divmod(y, self._tall)
        place += self._top
        bar = self._bar(y)
        if place >= len(listing.entries):
            return paint.strip((Span(" " * (width - 1)), bar), width)
        entry = listing.entries[place]
        chosen = entry.key == self._key and self.has_focus
        pointer = "▌" if entry.key == self._key and self.has_focus else " "
        body = paint.strip((Span(pointer, "accent"), *entry.lines[line]), width - 1, chosen)
        return Strip.join([body, paint.strip((bar,), 1)])

    def _bar(self, y: int) -> Span:
        total = len(self._listing.entries) * self._tall
        height = self.size.height - len(self._listing.head)
        if total <= height:
            return Span(" ")
        size = max(height * height // total, 1)
        start = self._top * self._tall * (height - size) // max(total - height, 1)
        return Span("▐", "frame") if start <= y < start + size else Span(" ")

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._go((self._place() or 0) + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by what fits."""
        self._go((self._place() or 0) + by * self._fits)

    def action_first(self) -> None:
        """Go to the first entry."""
        self._go(0)

    def action_last(self) -> None:
        """Go to the last entry, and follow."""
        self._go(len(self._listing.entries) - 1)

    def action_choose(self) -> None:
        """Open the entry under the cursor."""
        if self._key:
            self.post_message(self.Chosen(self, self._key))

    def on_click(self, event: events.Click) -> None:
        """Open the entry clicked at."""
        y = event.y - len(self._listing.head)
        if y < 0:
            self.post_message(self.Headed(self))
            return
        place = self._top + y // self._tall
        if place < len(self._listing.entries):
            self._go(place)
            self.action_choose()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move on."""
        event.stop()
        self._go((self._place() or 0) + 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move back."""
        event.stop()
        self._go((self._place() or 0) - 1)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self._keep_in_sight()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Colours may have changed."""
        super().notify_style_update()
        self._paint = None
