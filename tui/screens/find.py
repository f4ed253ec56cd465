"""Finding a place in a recording: a time, an event, or words that somebody said or wrote."""

import threading
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.screens.replaying import place_of
from tui.views.line import flat
from tui.views.roles import name_of
from tui.views.words import clock, plural
from workspaces.anomalies.searching import FindingSearch, searcher
from workspaces.errors import CrosstalkError
from workspaces.history.searching import Hit, Search, parse
from workspaces.history.tape import Tape

MOST = 200
BATCH = 2_000


class FindScreen(ModalScreen[tuple[str, float] | None]):
    """Asks, looks, and answers with a place: `("time", seconds)` or `("event", number)`."""

    CSS_PATH = "find.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("down", "list", "To the results", show=False),
    ]

    def __init__(self, tape: Tape, seconds: float) -> None:
        super().__init__()
        self._tape = tape
        self._seconds = seconds
        self._stop = threading.Event()
        self._asked = ""

    def compose(self) -> ComposeResult:
        """A line to type in, results, and a word on what can be typed."""
        with Vertical(id="find"):
            yield Input(placeholder="1:35 · 50% · #1200 · words agent:NAME path:*.py finding:KIND")
            yield OptionList(id="hits", markup=False)
            yield Static("Enter looks, and goes to the chosen one · Esc closes", id="told")

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one(Input).focus()

    def on_unmount(self) -> None:
        """Look no further."""
        self._stop.set()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go there, or look."""
        message.stop()
        words = message.value
        if place := place_of(words, self._seconds, len(self._tape)):
            self.dismiss(place)
            return
        hits = self.query_one(OptionList)
        if words == self._asked and hits.option_count:
            hits.focus()
            return
        try:
            search = searcher(parse(words))
        except CrosstalkError as error:
            self._tell(". ".join(part for part in (error.title, error.fix) if part))
            return
        self._stop.set()
        self._stop = threading.Event()
        self._asked = words
        hits.clear_options()
        self._tell("looking …")
        self.run_worker(
            lambda: self._look(search, self._stop), thread=True, exclusive=True, group="find"
        )

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Go to a hit."""
        message.stop()
        if message.option.id:
            self.dismiss(("event", float(message.option.id)))

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_list(self) -> None:
        """From the line to the results."""
        if self.query_one(OptionList).option_count:
            self.query_one(OptionList).focus()

    def _look(self, search: Search | FindingSearch, stop: threading.Event) -> None:
        """Look through the recording, in a thread of its own."""
        found, at = 0, 0
        while not stop.is_set():
            events = self._tape.events(at, at + BATCH)
            hits = [hit for event in events for hit in search.observe(event)]
            if not events:
                hits = list(search.finish())
            hits = hits[: MOST - found]
            found += len(hits)
            at += len(events)
            if not stop.is_set():
                self.app.call_from_thread(self._show, hits, found, at, not events or found >= MOST)
            if not events or found >= MOST:
                return

    def _show(self, hits: list[Hit], found: int, read: int, over: bool) -> None:
        if not self.is_attached:
            return
        options = self.query_one(OptionList)
        first = not options.option_count
        options.add_options(Option(_row(hit), id=str(hit.seq)) for hit in hits)
        if first and hits:
            options.highlighted = 0
            if self.query_one(Input).has_focus:
                options.focus()
        share = read / max(len(self._tape), 1)
        more = " (the first; narrow it down)" if found >= MOST else ""
        self._tell(f"{plural(found, 'hit')}{more}" if over else f"looking … {share:.0%}, {found}")

    def _tell(self, words: str) -> None:
        self.query_one("#told", Static).update(Content(words))


def _row(hit: Hit) -> Content:
    return Content(f"{clock(hit.t):>7}  #{hit.seq:<6} {name_of(hit.agent):<10} {flat(hit.text)}")
