"""A finding opened."""

from collections.abc import Callable
from typing import ClassVar, Protocol

from textual.binding import Binding, BindingType

from tui.screens.sheet import SheetScreen
from tui.views.case import Case
from tui.views.evidence import Opened, heading, opened
from tui.views.line import Line
from tui.views.picture import Picture
from tui.widgets.sheet import Sheet


class Owner(Protocol):
    """What the screen beneath does for an opened finding."""

    picture: Picture

    def point_at(self, case: Case) -> None:
        """Show in the panes where it happened."""

    def go_to(self, seq: int) -> None:
        """Go to an event in its agent's pane."""

    def ask_mute(self, case: Case, then: Callable[[], None]) -> None:
        """Ask what of the case to mute; `then` hears when something was."""

    def acknowledge(self, case: Case) -> None:
        """Keep the case quiet."""

    def undo(self, case: Case | None) -> None:
        """Take a mute or an acknowledgement back."""


class FindingScreen(SheetScreen):
    """One case with its evidence; `[` and `]` turn to the one before and after."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket,left", "turn(-1)", "Previous", show=False),
        Binding("right_square_bracket,right", "turn(1)", "Next", show=False),
        Binding("m", "mute", "Mute", show=False),
        Binding("a", "acknowledge", "Acknowledge", show=False),
        Binding("u", "undo", "Undo", show=False),
        Binding("g", "go(0)", "Go to the event", show=False),
        *(Binding(str(n), f"go({n})", show=False) for n in range(1, 10)),
    ]
    hints = "[ ] turn · 1-9 go to a step · m mute · a acknowledge · u undo · Esc"

    def __init__(self, owner: Owner, case: Case) -> None:
        """Open `case`; the screen beneath hears of each that is shown."""
        self._owner = owner
        self.case = case
        self._opened: Opened | None = None
        super().__init__(self._heading(), self._lines)

    def action_turn(self, by: int) -> None:
        """To another case of those listed; beyond the last comes the first."""
        listed = self._owner.picture.listed()
        if not listed:
            self.dismiss()
            return
        places = [place for place, case in enumerate(listed) if case is self.case]
        start = places[0] + by if places else 0 if by > 0 else -1
        self.case = listed[start % len(listed)]
        self._again()
        self._owner.point_at(self.case)

    def action_mute(self) -> None:
        """Ask what of it to mute."""
        self._owner.ask_mute(self.case, self._again)

    def action_acknowledge(self) -> None:
        """Keep it quiet, and turn to the next."""
        before = self.case
        self._owner.acknowledge(before)
        if before.quiet:
            self.action_turn(1)

    def action_undo(self) -> None:
        """Take a mute or an acknowledgement back."""
        self._owner.undo(self.case)
        self._again()

    def action_go(self, step: int) -> None:
        """Close, and go to a step in its pane; 0 is the one at which it was found."""
        order = self._opened.order if self._opened else ()
        if step > len(order):
            return
        self._leave(order[step - 1] if step else self.case.lead.seq)

    def on_sheet_clicked(self, message: Sheet.Clicked) -> None:
        """Go to the step that was clicked at."""
        seq = self._opened.steps.get(message.line) if self._opened else None
        if seq is not None:
            self._leave(seq)

    def _leave(self, seq: int) -> None:
        self.dismiss()
        self._owner.go_to(seq)

    def _again(self) -> None:
        self.show(self._heading(), self._lines)

    def _heading(self) -> tuple[Line, Line]:
        listed = self._owner.picture.listed()
        place = listed.index(self.case) + 1 if self.case in listed else 0
        return heading(self.case, self._owner.picture, place, len(listed))

    def _lines(self, width: int) -> list[Line]:
        self._opened = opened(self.case, self._owner.picture, width)
        return self._opened.lines
