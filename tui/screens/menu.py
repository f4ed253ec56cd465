"""A small menu over the session: one thing is chosen, or none by Esc."""

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.screens.sheet import Framed
from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, data, pad
from tui.widgets.roll import Roll

WIDTH: Final = 76
_FRAME: Final = 2
"""Rows of the frame."""


class Choice(NamedTuple):
    """Something that can be chosen; `refused` says why it cannot at this moment."""

    key: str
    words: str
    hint: str = ""
    refused: str = ""
    chosen: bool = False
    """Whether it holds already."""


class MenuScreen(ModalScreen[str]):
    """Returns the key of what was chosen."""

    CSS_PATH = "menu.tcss"
    AUTO_FOCUS = "Roll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Close", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], note: str = "") -> None:
        """Offer `choices` under `title`; `note` is said above them."""
        super().__init__()
        self._refused = {choice.key: choice.refused for choice in choices if choice.refused}
        room = max((len(choice.words) for choice in choices), default=0)
        entries = tuple(
            Entry(choice.key, (_line(choice, min(room, WIDTH // 2)),)) for choice in choices
        )
        head: tuple[Line, ...] = ((data(note, "dim"),), ()) if note else ()
        self.roll = Roll()
        self.roll.show(Listing(entries, "There is nothing to choose.", head=head))
        self._rows = len(entries) + len(head) + _FRAME
        top = ((data(f" {title} ", "bold"),), ())
        self._framed = Framed(self.roll, top, (Span(" ↑ ↓ · Enter chooses · Esc ", "dim"),))

    def compose(self) -> ComposeResult:
        """The frame around the list."""
        self._framed.styles.height = self._rows
        yield self._framed

    def action_close(self) -> None:
        """Choose nothing."""
        self.dismiss()

    def on_roll_chosen(self, message: Roll.Chosen) -> None:
        """Return it, if it can be chosen."""
        message.stop()
        if reason := self._refused.get(message.key):
            self.notify(reason, markup=False, timeout=4)
        else:
            self.dismiss(message.key)

    def on_click(self, event: events.Click) -> None:
        """A click beside the frame closes it."""
        if event.widget is self:
            self.dismiss()


def _line(choice: Choice, room: int) -> Line:
    lead = Span("● " if choice.chosen else "  ", "accent")
    if choice.refused:
        return lead, data(pad(choice.words, room), "faint"), data(f"  not now: {choice.refused}")
    return lead, data(pad(choice.words, room)), data(f"  {choice.hint}", "dim")
