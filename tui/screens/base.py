"""What the parts of the session screen know of each other.

The screen's actions are in several modules, so that each stays short; they are mixed into it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.geometry import Size
from textual.screen import Screen

from tui.feed import Feed
from tui.link import Link
from tui.mutes import Mutes
from tui.views.case import Case
from tui.views.docket import Docket
from tui.views.line import Line
from tui.views.picture import Picture
from workspaces.errors import CrosstalkError

if TYPE_CHECKING:
    from tui.screens.drawing import Drawing
    from tui.widgets.dock import Dock
    from tui.widgets.pane import AgentPane
    from tui.widgets.tiles import Tiles


AGAIN_SECONDS: Final = 0.05
"""How long to wait for the picture to have got somewhere."""


class SessionBase(Screen[None]):
    """The parts of the session screen that its actions work on."""

    lists: ClassVar[tuple[str, ...]] = ()
    feed: Feed
    link: Link | None
    picture: Picture
    docket: Docket
    mutes: Mutes
    folder: str
    """The session's folder; empty if the history lies elsewhere."""
    tiles: "Tiles"
    dock_view: "Dock"
    companion: "Dock"
    drawing: "Drawing"
    dock_wanted: bool

    def redraw(self) -> None:
        """Draw a whole frame now."""
        raise NotImplementedError

    def lay_out(self, size: Size) -> None:
        """Lay the screen out anew."""
        raise NotImplementedError

    def zoom_to(self, pane: "AgentPane | None") -> None:
        """Show `pane` alone, or all."""
        raise NotImplementedError

    def action_tab(self, name: str) -> None:
        """Turn the dock to a list, and go there."""
        raise NotImplementedError

    def point_at(self, case: Case) -> None:
        """Show in the panes where a finding happened."""
        raise NotImplementedError

    def action_step(self, by: int) -> None:
        """To another event of a recording."""
        raise NotImplementedError

    def action_jump(self, tenth: int) -> None:
        """To a tenth of a recording."""
        raise NotImplementedError

    def action_find(self) -> None:
        """Go somewhere in a recording."""
        raise NotImplementedError

    def action_back(self) -> None:
        """All panes again, or from the list to the panes."""
        raise NotImplementedError

    def action_filter(self) -> None:
        """Choose which findings are listed."""
        raise NotImplementedError

    def seek_finding(self, by: int) -> bool:
        """Go to a finding of a replay; whether this is one."""
        raise NotImplementedError

    def walk(self, seq: int) -> None:
        """Show the causes and effects of an event."""
        raise NotImplementedError

    def open_finding(self, case: Case) -> None:
        """Open a finding."""
        raise NotImplementedError

    @property
    def pane(self) -> "AgentPane | None":
        """The pane of the selected agent."""
        raise NotImplementedError

    @property
    def selected(self) -> str:
        """The selected agent, the first of the team if none is; empty without a team."""
        pane = self.pane
        return pane.agent if pane else next(iter(self.picture.roster), "")

    def open_entry(self, tab: str, key: str) -> None:
        """Open an entry of one of the dock's lists."""
        raise NotImplementedError

    def open_sheet(self, title: str, make: Callable[[int], list[Line]]) -> None:
        """Open lines over the screen."""
        raise NotImplementedError

    def go_to(self, seq: int) -> None:
        """Show an event in its agent's pane, and give that the focus."""
        raise NotImplementedError

    def reveal_soon(self, seq: int) -> None:
        """Show the row of an event once it has been drawn."""
        raise NotImplementedError

    def say(self, words: str) -> None:
        """A word to the person, for a few seconds."""
        self.notify(words, markup=False, timeout=4)

    def tell(self, error: CrosstalkError) -> None:
        """What went wrong, and what to do."""
        words = ". ".join(part for part in (error.cause, error.fix) if part)
        self.notify(words, title=error.title, severity="warning", markup=False)

    def order(self, command: str, argument: str = "") -> None:
        """Send the team a command."""
        self.run_worker(self._send(command, argument), name=command, group="commands")

    async def _send(self, command: str, argument: str) -> None:
        if self.link is None:
            self.say("The team is not running.")
            return
        try:
            answer = await self.link.send(command, argument)
        except CrosstalkError as error:
            self.tell(error)
            return
        if answer:
            self.say(answer)
