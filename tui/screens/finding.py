"""A finding opened."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.screens.sheet import SheetScreen
from tui.views.evidence import evidence, heading
from tui.views.line import Line
from tui.views.picture import Case, Picture


class FindingScreen(SheetScreen):
    """One case with its evidence; `[` and `]` turn to the one before and after."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket,left", "turn(-1)", "Previous", show=False),
        Binding("right_square_bracket,right", "turn(1)", "Next", show=False),
    ]
    hints = "[ previous · ] next · ↑ ↓ scroll · Esc close"

    def __init__(self, picture: Picture, place: int, turned: Callable[[Case], None]) -> None:
        """Open case number `place`; `turned` hears of each that is shown."""
        self._picture = picture
        self._place = place
        self._turned = turned
        super().__init__(self._heading(), self._lines)

    @property
    def case(self) -> Case:
        """The case that is shown."""
        return self._picture.cases[self._place]

    def action_turn(self, by: int) -> None:
        """To another case; beyond the last comes the first."""
        self._place = (self._place + by) % len(self._picture.cases)
        self.show(self._heading(), self._lines)
        self._turned(self.case)

    def _heading(self) -> tuple[Line, Line]:
        return heading(self.case, self._picture, self._place + 1, len(self._picture.cases))

    def _lines(self, width: int) -> list[Line]:
        return evidence(self.case, self._picture, width)
