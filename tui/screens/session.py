"""The session screen: the team at work, live or replayed.

One loop reads the feed, folds what came into a picture and draws a frame of it; nothing else
touches what is shown. A frame is drawn when there is something new, thirty times a second at most,
and the loop rests at least as long as the last frame took, so that keys are served first.
"""

import asyncio
from pathlib import Path
from time import perf_counter
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size

from tui.feed import Feed
from tui.garbage import Collector
from tui.link import Link
from tui.mutes import Mutes
from tui.past import Memory
from tui.replay import ReplayFeed
from tui.screens.bindings import KEYS
from tui.screens.breakpoints import BreakCommands
from tui.screens.changing import ChangeCommands
from tui.screens.commands import Commands
from tui.screens.drawing import LISTS, Drawing, Foot
from tui.screens.faults import FaultCommands
from tui.screens.findings import FindingCommands
from tui.screens.forking import ForkCommands
from tui.screens.looking import LookCommands
from tui.screens.replaying import ReplayCommands
from tui.screens.rewinding import PastCommands
from tui.screens.stepping import StepCommands
from tui.views.docket import Docket
from tui.views.status import Transport
from tui.widgets.dock import Dock
from tui.widgets.pane import AgentPane
from tui.widgets.roll import Roll
from tui.widgets.statusbar import StatusBar
from tui.widgets.stream import StreamView
from tui.widgets.tiles import Tiles
from tui.widgets.timeline import TimelineBar

FRAME_SECONDS: Final = 1 / 30
POLL_SECONDS: Final = 0.008
"""How often the history is looked at: asking costs microseconds, and news that has waited for it
need not wait for a frame as well."""

CALM_SECONDS: Final = 0.1
"""How often a frame is drawn without news: clocks move."""

FOLD_SECONDS: Final = 0.012
"""How long one frame may fold events; a key waits no longer than that."""

JUMP_SECONDS: Final = 0.1
"""How long the first frame after a jump may: it is what a person waits for."""

READING_SECONDS: Final = 0.3
"""After being behind for so long the screen says that it is reading up."""

SETTLED_SECONDS: Final = 2.0
"""After so long everything that stays is there, and garbage is collected by our own rules."""

WIDE: Final = 120
"""Columns from which on the dock stands beside the panes."""


TALL: Final = 36
"""Rows from which on a second list stands below the first, when the dock is beside the panes."""


class SessionScreen(
    FindingCommands,
    FaultCommands,
    ChangeCommands,
    PastCommands,
    ForkCommands,
    LookCommands,
    BreakCommands,
    StepCommands,
    ReplayCommands,
    Commands,
):
    """A session as it goes."""

    CSS_PATH = "session.tcss"
    AUTO_FOCUS = ""
    lists = tuple(LISTS)
    BINDINGS = KEYS

    def __init__(self, feed: Feed, link: Link | None = None, folder: str = "") -> None:
        """Show `feed`. Commands go to `link`; `folder` names the session to a person."""
        super().__init__()
        self.feed = feed
        self.link = link
        self.folder = folder
        self.memory = Memory()
        self.mutes = Mutes(Path(folder) if folder else None)
        self.docket = Docket(self.mutes.muting)
        self.picture = feed.begin(self.docket)
        self.tiles = Tiles()
        self.dock_view = Dock(id="dock")
        self.companion = Dock(id="companion")
        self.side = Container(id="side")
        self.foot = StatusBar(id="foot")
        self.timeline = TimelineBar(id="timeline")
        self.drawing = Drawing(self.tiles, self.dock_view, self.companion, self.foot, folder)
        self.dock_wanted = True
        self.gone = False
        self._epoch = feed.epoch
        self._behind_since = 0.0
        self._heard = perf_counter()
        self._collector = Collector()
        self._problem = ""
        self._warned = 0

    # What is on it -------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Panes for the team as far as it is known, the dock, and the foot."""
        self.fold(FOLD_SECONDS)
        self.tiles.put(AgentPane(name) for name in self.picture.roster)
        self.lay_out(self.app.size)  # before anything is placed, so that it is placed once
        self.drawing.fill(self.picture)
        self.drawing.ask(lambda: self.drawing.words(self.picture, self.transport, self.feed.now()))
        with Container(id="stage"):
            yield self.tiles
            with self.side:
                yield self.dock_view
                yield self.companion
        yield self.timeline
        yield self.foot

    def on_mount(self) -> None:
        """Begin."""
        self.run_worker(self._frames(), name="frames")
        if self.feed.live and self.link:
            self.run_worker(self._watch_team(self.link), name="team")

    async def on_unmount(self) -> None:
        """Give up what is open."""
        self._collector.stop()
        if self.link:
            await self.link.aclose()

    def on_resize(self, event: events.Resize) -> None:
        """Lay everything out for the new size."""
        self.lay_out(event.size)
        self.call_after_refresh(self.redraw)

    def lay_out(self, size: Size) -> None:
        """Where the dock goes and how tall the foot is."""
        width, height = size
        wide = width >= WIDE
        self.set_class(wide, "-wide")
        self.dock_view.set_class(not wide, "-below")
        side = self.side
        side.display = self.dock_view.display = self.dock_wanted and height >= 16
        side.styles.width = min(max(width * 3 // 10, 42), 64) if wide else "1fr"
        side.styles.height = "1fr" if wide else min(max(height // 4, 6), 14)
        self.companion.display = side.display and wide and height >= TALL
        self.timeline.display = not self.feed.live and height >= 16
        self.drawing.layout = Foot(1 if width >= 150 else 2, height >= 30)
        self.drawing.size_foot(self.picture, self.transport)

    def redraw(self) -> None:
        """Draw a whole frame now."""
        self.drawing.streams(self.picture)
        self.drawing.words(self.picture, self.transport, self.feed.now())
        self.draw_timeline()

    @property
    def transport(self) -> Transport:
        """How the history comes in at this moment."""
        feed = self.feed
        behind = self._behind_since and perf_counter() - self._behind_since > READING_SECONDS
        return Transport(
            feed.live,
            feed.playing,
            feed.speed,
            feed.seconds,
            self.gone,
            bool(behind),
            feed.hit if isinstance(feed, ReplayFeed) else None,
            (self.picture.state.seq, len(feed.tape))
            if isinstance(feed, ReplayFeed) and self.past
            else None,
            feed.looked(self.picture.state.seq) if isinstance(feed, ReplayFeed) else None,
        )

    # The loop ------------------------------------------------------------------------------

    async def _frames(self) -> None:
        """Draw until the screen goes; the feed is closed by who reads it, not while it is read."""
        try:
            await self._draw()
        finally:
            self.feed.close()

    async def _draw(self) -> None:
        drawn = 0.0
        opened = relaxed = perf_counter()
        settled = news = busy = False
        while True:
            began = perf_counter()
            news = self.fold(FOLD_SECONDS) or news
            if began - drawn >= (FRAME_SECONDS if news else CALM_SECONDS):
                await self._mount_team()
                self.drawing.draw(self.picture, self.transport, self.feed.now(), began)
                self.draw_timeline()
                self.tell_stop()
                drawn, busy, news = began, news, False
            if began - relaxed >= 1.0:
                relaxed = began
                self._collector.relax(busy=busy)
                self._tell_problem()
                self._tell_warnings()
            if not settled and began - opened >= SETTLED_SECONDS:
                settled = True
                self._collector.start()
            cost = perf_counter() - began
            await asyncio.sleep(0.001 if self._behind_since else max(POLL_SECONDS, cost))

    def fold(self, seconds: float) -> bool:
        """Take in what has come, for about so long; whether anything had."""
        jumped = self.feed.epoch != self._epoch
        until = perf_counter() + (JUMP_SECONDS if jumped else seconds)
        news = False
        while new := self.feed.poll():
            if self.feed.epoch != self._epoch:
                self._epoch = self.feed.epoch
                self.picture = self.feed.begin(self.docket)
                self.drawing.reset()
            for event in new:
                self.picture.observe(event)
            if self.feed.live:
                self.memory.keep(self.picture)
            news = True
            if not self.feed.behind or perf_counter() > until:
                break
        news = self.picture.catch_up(until) or news
        if news:
            self._heard = perf_counter()
            self.gone = False
        if not self.feed.behind:
            self._behind_since = 0.0
        elif not self._behind_since:
            self._behind_since = perf_counter()
        return news

    async def _mount_team(self) -> None:
        if len(self.tiles.panes) < len(self.picture.roster):
            known = {pane.agent for pane in self.tiles.panes}
            new = [AgentPane(name) for name in self.picture.roster if name not in known]
            await self.tiles.mount(*new)
            self.tiles.retile()

    async def _watch_team(self, link: Link) -> None:
        """Notice when the team's process dies without ending its session."""
        while True:
            await asyncio.sleep(2.0)
            quiet = perf_counter() - self._heard > 2.0
            if quiet and not self.picture.state.ended and not self.feed.behind:
                self.gone = not await asyncio.to_thread(link.there)

    def _tell_warnings(self) -> None:
        """The newest warning; those before it stand among the numbers."""
        warnings = self.picture.warnings
        if len(warnings) > self._warned:
            self.notify(warnings[-1].text, severity="warning", markup=False)
        self._warned = len(warnings)

    def _tell_problem(self) -> None:
        if error := self.mutes.problem:
            self.mutes.problem = None
            self.tell(error)
        problem = self.feed.problem
        if problem and problem != self._problem:
            self._problem = problem
            self.notify(problem, title="The history ends here", severity="warning", markup=False)

    # What happens on it --------------------------------------------------------------------

    def on_agent_pane_zoomed(self, message: AgentPane.Zoomed) -> None:
        """A pane was clicked twice."""
        message.stop()
        self.action_zoom()

    def on_dock_turned(self, message: Dock.Turned) -> None:
        """A tab was clicked."""
        message.stop()
        if message.dock is self.dock_view:
            self.turn_to(message.tab)

    def on_roll_chosen(self, message: Roll.Chosen) -> None:
        """An entry of the dock was opened."""
        message.stop()
        own = message.roll is self.dock_view.roll
        self.open_entry(self.drawing.tab if own else self.drawing.companion_tab, message.key)

    def on_roll_headed(self, message: Roll.Headed) -> None:
        """The lines above the list of findings were clicked at."""
        message.stop()
        self.action_filter()

    def on_stream_view_selected(self, message: StreamView.Selected) -> None:
        """A row of a pane was chosen: open the finding that touches it."""
        message.stop()
        self.open_row(message.ref)
