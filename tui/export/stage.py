"""The real session screen without a terminal, played by hand: for films and pictures.

Nothing moves by itself here. The screen's own loop is left out, and whoever directs says which
moment of the recording is shown, so a film is the same to the byte whatever the machine does.
"""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot
from textual.strip import Strip

from tui.app import CrosstalkApp
from tui.export.account import Account
from tui.export.options import Options
from tui.screens import session
from tui.screens.session import SessionScreen
from tui.views.docket import Docket
from tui.views.picture import Picture
from workspaces.history.events import AnyEvent

WHOLE_SECONDS = 3600.0
"""A frame may take in everything up to its moment."""

SETTLING = 80
"""Frames after which panes that text poured into have come to rest."""


class Directed:
    """A feed that shows a recording as if it were running, up to the moment it is told."""

    live = True
    playing = True
    speed = 1.0
    behind = True
    epoch = 0
    problem = ""

    def __init__(self, events: Sequence[AnyEvent]) -> None:
        self._events = events
        self._next = 0
        self.moment = 0.0

    def begin(self, docket: Docket) -> Picture:
        """A picture of nothing."""
        return Picture(docket)

    def poll(self) -> Sequence[AnyEvent]:
        """All events up to the moment."""
        begin = self._next
        while self._next < len(self._events) and self._events[self._next].t <= self.moment:
            self._next += 1
        self.behind = False
        return self._events[begin : self._next]

    def now(self) -> float:
        """The moment."""
        return min(self.moment, self.seconds)

    @property
    def seconds(self) -> float:
        """How long the recording is."""
        return self._events[-1].t

    def close(self) -> None:
        """Nothing is open."""


class _StillScreen(SessionScreen):
    """The session screen, without the loop that moves it."""

    CSS_PATH = str(Path(session.__file__).with_name("session.tcss"))

    async def _frames(self) -> None:
        pass


class Stage:
    """A screen on which a moment of a recording can be shown."""

    def __init__(
        self, app: CrosstalkApp, screen: SessionScreen, feed: Directed, pilot: Pilot[list[str]]
    ) -> None:
        self._app = app
        self._screen = screen
        self._feed = feed
        self._pilot = pilot

    async def show(self, moment: float, frames: int = 1) -> None:
        """Show the recording at `moment` (session seconds, never before the last one), as it is
        after so many frames of the screen's own."""
        screen = self._screen
        self._feed.moment = moment
        screen.fold(WHOLE_SECONDS)
        await screen._mount_team()
        for _ in range(frames):
            screen.drawing.streams(screen.picture)
        screen.redraw()
        await self._pilot.pause()

    def rows(self) -> list[Strip]:
        """What is shown."""
        return self._app.screen._compositor.render_strips(self._app.size)

    def svg(self, title: str) -> str:
        """A picture of what is shown."""
        return self._app.export_screenshot(title=title)


@asynccontextmanager
async def stage(account: Account, options: Options) -> AsyncIterator[Stage]:
    """The screen of the session, of the size and theme that are asked for."""
    feed = Directed(account.events)
    screen = _StillScreen(feed, None, str(account.folder or ""))
    app = CrosstalkApp(screen)
    if options.theme in app.available_themes:
        app.theme = options.theme
    async with app.run_test(size=(options.columns, options.rows)) as pilot:
        yield Stage(app, screen, feed, pilot)


def progress(words: str, share: float) -> None:
    """Tell a person at a terminal how far a long export is."""
    terminal = sys.__stderr__  # while a screen is on, Textual takes the other
    if terminal and terminal.isatty():
        end = "\n" if share >= 1 else ""
        terminal.write(f"\r{words} {share:4.0%}{end}")
        terminal.flush()
