"""Looking into an agent: its context, mail, tasks, files and clock at one moment."""

import asyncio
from collections.abc import Callable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from agents.debugger.cut import Cut
from tui.screens.sheet import SheetScreen
from tui.views.inspector import TABS, Look, Page, heading
from tui.views.line import Line, Span
from tui.views.roles import role_of
from tui.widgets.sheet import Sheet

AGAIN_SECONDS: Final = 1.0
"""How often it looks whether the moment has moved on."""
NAMES: Final = tuple(TABS)

Cutting = Callable[[int], Cut]


class InspectScreen(SheetScreen):
    """One agent; the moment moves on with the session beneath."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,right_square_bracket", "turn(1)", "Next page", show=False),
        Binding("left,left_square_bracket", "turn(-1)", "Previous page", show=False),
        Binding("tab", "other(1)", "Next agent", show=False),
        Binding("shift+tab", "other(-1)", "Previous agent", show=False),
        Binding("n", "part(1)", "Next part", show=False),
        Binding("p", "part(-1)", "Previous part", show=False),
        *(Binding(str(n), f"page({n})", show=False) for n in range(1, len(NAMES) + 1)),
    ]
    hints = "← → page · tab agent · n p next part · Esc"

    def __init__(self, agent: str, place: Callable[[], int], cutting: Cutting) -> None:
        """Look into `agent` at `place()`, which may move; `cutting` makes cuts, in a thread."""
        self._agent = agent
        self._place = place
        self._cutting = cutting
        self._cut: Cut | None = None
        self._tab = NAMES[0]
        self._stops: tuple[int, ...] = ()
        super().__init__(self._heading(), self._lines)

    def on_mount(self) -> None:
        """Begin to look, and go on."""
        self.set_interval(AGAIN_SECONDS, self._look)
        self._look()

    def action_turn(self, by: int) -> None:
        """Another page."""
        self._show(NAMES[(NAMES.index(self._tab) + by) % len(NAMES)])

    def action_page(self, number: int) -> None:
        """A page by its number."""
        self._show(NAMES[number - 1])

    def action_other(self, by: int) -> None:
        """Another agent."""
        if self._cut and (names := list(self._cut.state.agents)):
            self._agent = names[(names.index(self._agent) + by) % len(names)]
            self._show(self._tab)

    def action_part(self, by: int) -> None:
        """To the next message of the context, or the next part of another page."""
        top = self.sheet.top
        ahead = [stop for stop in self._stops if (stop > top if by > 0 else stop < top)]
        if ahead:
            self.sheet.action_scroll_by((min(ahead) if by > 0 else max(ahead)) - top)

    def on_sheet_clicked(self, message: Sheet.Clicked) -> None:
        """Lines of an agent are only to be read."""
        message.stop()

    def _look(self) -> None:
        if self._cut is None or self._cut.seq != self._place():
            self.run_worker(self._take(), exclusive=True, group="look")

    async def _take(self) -> None:
        self._cut = await asyncio.to_thread(self._cutting, self._place())
        self.show(self._heading(), self._lines, keep=True)

    def _show(self, tab: str) -> None:
        self._tab = tab
        self.show(self._heading(), self._lines)

    def _heading(self) -> tuple[Line, Line]:
        names = list(self._cut.state.agents) if self._cut else []
        role = role_of(self._agent, {name: at for at, name in enumerate(names)})
        left, right = heading(self._agent, role, self._tab)
        if self._cut:
            left = (*left, Span(f"at event {self._cut.seq} ", "dim"))
        return left, right

    def _lines(self, width: int) -> list[Line]:
        cut = self._cut
        if cut is None:
            return [(Span("reading …", "dim"),)]
        page = Page([(Span("It is not on the team at this moment.", "dim"),)])
        if self._agent in cut.state.agents:
            page = TABS[self._tab](Look(cut, self._agent, width))
        self._stops = page.stops
        return page.lines
