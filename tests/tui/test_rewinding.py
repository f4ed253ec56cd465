"""Back on a team at work, and another way from there."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select, TextArea

from agents.runtime import control
from tests.benchmarks import team as recorded_team
from tests.tui.driving import app_on, screen_of, text_of
from tests.tui.test_replay import Player, plainly, same
from tui import past
from tui.feed import LiveFeed
from tui.link import Link
from tui.past import Beginning, Hindsight, Memory
from tui.replay import ReplayFeed
from tui.screens.forking import ForkScreen
from tui.screens.session import SessionScreen
from tui.screens.sheet import SheetScreen
from tui.views.docket import Docket
from tui.views.picture import Picture
from workspaces.history import events as e
from workspaces.history.reader import load

Driver = Pilot[list[str]]


async def until(pilot: Driver, holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(50):
        while not holds():
            await pilot.pause(0.01)


def top(pilot: Driver) -> SessionScreen:
    """The session screen in front."""
    return next(s for s in reversed(pilot.app.screen_stack) if isinstance(s, SessionScreen))


def test_the_past_is_what_the_recording_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment taken up from what was kept is the moment folded from the first event."""
    monkeypatch.setattr(past, "EVERY", 300)
    path = tmp_path / "history.jsonl"
    recorded_team.record(path, 4, 20)
    events = load(path)[0]
    live, memory = Picture(Docket()), Memory()
    for event in events:
        live.observe(event)
        memory.keep(live)
    assert len(memory.checkpoints) > 2
    tape = Beginning(path, len(events) - 5)
    feed = ReplayFeed(tape, playing=False, ahead=Hindsight(tape, live, memory))
    player = Player(feed)
    for place in (1, 299, 750, len(events) - 5):
        feed.seek_event(place)
        same(player.go(), plainly(events, place))
    assert len(tape.events(0, 10**6)) == len(events) - 5
    feed.close()


async def test_a_team_is_looked_at_as_it_was_forked_and_compared(team: Path) -> None:
    link = Link(team)
    await link.send("pause")
    await link.send("say", "agent-2 Take task-3.")
    app = app_on(LiveFeed(team / "history.jsonl"), link, str(team))
    async with app.run_test(size=(120, 40)) as pilot:
        live = screen_of(app)
        await until(pilot, lambda: live.picture.state.messages and live.tiles.panes)
        sent = live.picture.state.messages[-1]
        assert sent.sender == e.USER
        before = len(load(team)[0])

        # Back: the past is another screen, which says so.
        await pilot.press("comma", "comma")
        await until(pilot, lambda: top(pilot) is not live)
        screen = top(pilot)
        await until(pilot, lambda: 0 < screen.picture.state.seq < live.picture.state.seq - 1)
        await until(pilot, lambda: f"the past: event {screen.picture.state.seq} of" in text_of(app))
        await pilot.press("c")
        await pilot.pause()
        assert top(pilot) is screen
        while top(pilot) is screen:
            await pilot.press("full_stop")
            await pilot.pause()
        assert top(pilot) is live
        await pilot.press("5")
        await until(pilot, lambda: top(pilot) is not live)
        await pilot.press("escape")
        await until(pilot, lambda: top(pilot) is live)
        assert len(load(team)[0]) == before, "looking back changes nothing"

        # Another way: from the message on, with another text.
        live.go_back(sent.seq)
        await until(pilot, lambda: top(pilot).picture.state.seq == sent.seq)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, ForkScreen))
        form = app.screen
        form.query_one("#message", Select).value = sent.seq
        await until(pilot, lambda: form.query_one(TextArea).text == sent.text)
        form.query_one(TextArea).text = "[bold]Nothing of that."
        form.query_one("#model", Input).value = "[b]nobody"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "There is no model '[b]nobody'" in text_of(app))
        form.query_one("#model", Input).value = "sim-gpt-5.2"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: top(pilot).parent_folder == str(team))
        fork = top(pilot)
        folder = Path(fork.folder)
        try:
            await until(pilot, lambda: fork.picture.state.seq > sent.seq + 20)
            assert fork.feed.live
            assert fork.picture.state.forked
            assert fork.picture.state.forked.at == sent.seq
            message = fork.picture.state.message(sent.seq)
            assert message
            assert message.text_for(sent.to[0]) == "[bold]Nothing of that."
            assert load(team)[0][:before] == load(team)[0], "the parent stays as it is"
            assert load(folder)[0][: sent.seq] == load(team)[0][: sent.seq]
            await pilot.press("C")
            await until(pilot, lambda: isinstance(app.screen, SheetScreen))
            await until(pilot, lambda: f"share the first {sent.seq} events" in text_of(app))
            await pilot.press("escape", "escape")
            await until(pilot, lambda: top(pilot) is not fork)
            assert control.is_running(folder), "the fork goes on without its screen"
        finally:
            other = Link(folder)
            with contextlib.suppress(control.NotRunning):
                await other.send("stop")
            await other.aclose()
        await link.aclose()


async def test_a_recording_that_cannot_be_forked_says_why(middle: Path) -> None:
    from tests.tui.driving import watching

    async with watching(middle) as (pilot, screen):
        await pilot.press("f")
        await pilot.pause()
        assert pilot.app.screen is screen
        [note] = pilot.app._notifications
        assert note.message.startswith("Only a session with its folder can be forked")
