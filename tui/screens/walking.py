"""Walking through the history along causes and effects."""

import asyncio
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.books import Books
from tui.screens.sheet import Framed
from tui.views import causes
from tui.views.entry import Listing
from tui.views.line import Line, Span
from tui.widgets.roll import Roll


class EventScreen(ModalScreen[int]):
    """An event between its causes and effects; Enter walks to one. Returns where to go."""

    CSS_PATH = "walking.tcss"
    AUTO_FOCUS = "Roll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Close", show=False),
        Binding("backspace,left", "back", "Back", show=False),
        Binding("comma", "beside(-1)", "The event before", show=False),
        Binding("full_stop", "beside(1)", "The event after", show=False),
        Binding("g", "go", "Go there", show=False),
    ]

    def __init__(self, seq: int, books: Books, roster: list[str]) -> None:
        super().__init__()
        self.seq = seq
        self._books = books
        self._roster = roster
        self._trail: list[int] = []
        self._shown = 0
        self.roll = Roll()
        self.roll.show(Listing((), "reading …"))
        hints = " Enter walks · ⌫ back · , . beside · g go there · Esc "
        self._framed = Framed(self.roll, self._top(), (Span(hints, "dim"),))

    def compose(self) -> ComposeResult:
        """The frame around the list."""
        yield self._framed

    def on_mount(self) -> None:
        """Look it up."""
        self._look()

    def on_resize(self, event: events.Resize) -> None:
        """Take the whole of a small terminal, and lay the list out anew."""
        self.set_class(event.size.width < 100 or event.size.height < 30, "-small")
        self.call_after_refresh(self._look)

    def on_click(self, event: events.Click) -> None:
        """A click beside the frame closes it."""
        if event.widget is self:
            self.dismiss()

    def on_roll_chosen(self, message: Roll.Chosen) -> None:
        """Walk there; the event itself is where to go."""
        message.stop()
        sign, number = message.key[0], int(message.key[1:])
        if sign == causes.HERE:
            self.dismiss(number)
        else:
            self._walk(number)

    def action_back(self) -> None:
        """Where one came from."""
        if self._trail:
            self.seq = self._trail.pop()
            self._look()

    def action_beside(self, by: int) -> None:
        """The event before or after it in the history, whoever's it is."""
        self._walk(self.seq + by)

    def action_go(self) -> None:
        """Close, and go there."""
        self.dismiss(self.seq)

    def action_close(self) -> None:
        """Back to the session."""
        self.dismiss()

    def _walk(self, seq: int) -> None:
        if seq > 0:
            self._trail.append(self.seq)
            self.seq = seq
            self._look()

    def _look(self) -> None:
        self.run_worker(self._take(self.seq), exclusive=True, group="look")

    async def _take(self, seq: int) -> None:
        causality = await asyncio.to_thread(self._books.causality)
        near = (seq, *causality.causes(seq)[-causes.MOST :], *causality.effects(seq)[: causes.MOST])
        found = {event.seq: event for event in self._books.events(*near)}
        if seq not in found:
            self.seq = self._trail.pop() if self._trail else seq
            return
        width = max(self.roll.size.width - 2, 20)
        listing = causes.listing(found.pop(seq), found, causality, self._roster, width)
        self.roll.show(listing)
        if seq != self._shown:
            self._shown = seq
            self.roll.point(f"{causes.HERE}{seq}")
        self._framed.show(self._top())

    def _top(self) -> tuple[Line, Line]:
        trail = f" {len(self._trail)} back " if self._trail else " "
        return (Span(" causes and effects ", "bold"),), (Span(trail, "dim"),)
