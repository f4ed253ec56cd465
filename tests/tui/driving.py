"""Driving the session screen in tests: open it on a history, and wait without sleeping."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from tui.app import CrosstalkApp
from tui.feed import Feed, LiveFeed
from tui.link import Link
from tui.replay import ReplayFeed
from tui.screens.session import SessionScreen
from workspaces.history.reader import load

SETTLING = 80
"""Frames after which a pane that text poured into has come to rest."""


def recorded(path: Path) -> ReplayFeed:
    """The recording at `path`, all of it shown."""
    events, damage = load(path)
    return ReplayFeed(events, playing=False, problem=str(damage) if damage else "")


def app_on(feed: Feed, link: Link | None = None, folder: str = "SESSION") -> CrosstalkApp:
    """The application with a session screen on `feed`."""
    return CrosstalkApp(SessionScreen(feed, link, folder))


def screen_of(app: App[Any]) -> SessionScreen:
    """The session screen, whatever lies over it."""
    return next(s for s in app.screen_stack if isinstance(s, SessionScreen))


async def settle(pilot: Pilot[list[str]]) -> SessionScreen:
    """Wait until everything known is shown and nothing moves any more."""
    screen = screen_of(pilot.app)
    while screen.feed.behind or len(screen.tiles.panes) < len(screen.picture.roster):
        await pilot.pause()
    await pilot.pause()
    for _ in range(SETTLING):
        screen.drawing.streams(screen.picture)
    screen.redraw()
    await pilot.pause()
    return screen


@asynccontextmanager
async def watching(
    path: Path, size: tuple[int, int] = (120, 40), live: bool = False, link: Link | None = None
) -> AsyncIterator[tuple[Pilot[list[str]], SessionScreen]]:
    """A session screen on the history at `path`, settled."""
    feed = LiveFeed(path) if live else recorded(path)
    async with app_on(feed, link).run_test(size=size) as pilot:
        yield pilot, await settle(pilot)


def text_of(app: App[Any]) -> str:
    """What the screen shows, as plain lines."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join(strip.text.rstrip() for strip in strips[:height] if width)
