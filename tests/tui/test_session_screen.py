"""The session screen, driven by keys and by the mouse."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from agents.runtime.control import Command, ControlServer
from tests.tui import histories
from tests.tui.driving import app_on, recorded, screen_of, settle, text_of, watching
from tests.tui.histories import Story
from tui.feed import LiveFeed
from tui.link import Link
from tui.replay import ReplayFeed
from tui.screens.confirm import ConfirmScreen
from tui.screens.finding import FindingScreen
from tui.screens.session import SessionScreen
from tui.screens.sheet import SheetScreen
from workspaces.history import events as e

SIZES = [(40, 12), (80, 24), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_it_opens_at_any_size(middle: Path, size: tuple[int, int]) -> None:
    async with watching(middle, size) as (pilot, _):
        shown = text_of(pilot.app)
        assert "agent-1" in shown
        assert "simulated models"[:4] in shown


async def test_it_reflows(middle: Path) -> None:
    async with watching(middle, (200, 60)) as (pilot, screen):
        for size in (*SIZES, (30, 8)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert screen.size == size
            panes = screen.tiles.seen
            assert panes
            assert all(pane.region.right <= size[0] for pane in panes)


async def test_everything_a_person_needs_is_on_it(middle: Path) -> None:
    async with watching(middle, (160, 50)) as (pilot, _):
        shown = text_of(pilot.app)
        for part in (
            "◆ agent-4",
            "streaming",
            "✎ sign.py:3",
            "⊘ claim refused: task-1 was completed by agent-1.",
            "over agent-1's v1, unread",
            "◐ task-2 mean: arithmetic mean",
            "concurrent-write",
            "someone outside",
            "needs task-2",
            "tok/s",
            "tasks/min",
        ):
            assert part in shown


async def test_findings_open_turn_and_close(middle: Path) -> None:
    async with watching(middle) as (pilot, screen):
        await pilot.press("right_square_bracket")
        await pilot.pause()
        opened = pilot.app.screen
        assert isinstance(opened, FindingScreen)
        cases = screen.picture.listed()
        assert opened.case is cases[0]
        assert "Why: " in text_of(pilot.app)
        for case in (*cases[1:], cases[0]):
            await pilot.press("right_square_bracket")
            assert opened.case is case
        await pilot.press("left_square_bracket")
        assert opened.case is cases[-1]
        await pilot.press("escape")
        assert pilot.app.screen is screen
        await pilot.press("left_square_bracket")
        again = pilot.app.screen
        assert isinstance(again, FindingScreen)
        assert again.case is cases[-2]


async def test_no_finding_is_said_and_not_opened(tmp_path: Path) -> None:
    histories.paused(tmp_path / "history.jsonl")
    async with watching(tmp_path) as (pilot, screen):
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert "No findings yet." in {note.message for note in pilot.app._notifications}


@pytest.mark.parametrize(
    ("key", "words"),
    [("f2", "What happened"), ("f3", "waits for"), ("f4", "version"), ("f5", "clamp.py is done.")],
)
async def test_entries_open_by_keyboard(middle: Path, key: str, words: str) -> None:
    async with watching(middle) as (pilot, screen):
        await pilot.press(key, "home", "enter")
        await pilot.pause()
        over = pilot.app.screen
        assert isinstance(over, SheetScreen)
        assert words in text_of(pilot.app)
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_a_test_run_opens(middle: Path) -> None:
    async with watching(middle) as (pilot, _):
        await pilot.press("f6", "home", "enter")
        await pilot.pause()
        assert "test_math.py::test_add_of_nan" in text_of(pilot.app)


async def test_entries_open_by_mouse(middle: Path) -> None:
    async with watching(middle) as (pilot, screen):
        await pilot.click(screen.dock_view.roll, offset=(4, 1))
        await pilot.pause()
        assert isinstance(pilot.app.screen, FindingScreen)


async def test_tabs_turn_by_mouse(middle: Path) -> None:
    async with watching(middle, (80, 24)) as (pilot, screen):
        place = text_of(pilot.app).splitlines()[screen.dock_view.region.y].index("Files")
        await pilot.click(screen.dock_view, offset=(place, 0))
        await pilot.pause()
        assert screen.drawing.tab == "Files"
        await settle(pilot)
        assert "mean.py" in text_of(pilot.app)


async def test_focus_goes_round_the_team(middle: Path) -> None:
    async with watching(middle) as (pilot, screen):
        seen = []
        for key in ("tab", "ctrl+s", "tab", "tab", "tab", "shift+tab"):
            await pilot.press(key)
            await pilot.pause()
            assert screen.pane is not None
            seen.append(screen.pane.agent)
        assert seen == ["agent-1", "agent-2", "agent-3", "agent-4", "agent-1", "agent-4"]


async def test_a_pane_zooms_and_turns(middle: Path) -> None:
    async with watching(middle, (80, 24)) as (pilot, screen):
        await pilot.press("tab", "tab", "z")
        await settle(pilot)
        assert [pane.agent for pane in screen.tiles.seen] == ["agent-2"]
        assert screen.tiles.seen[0].size.width == 80
        await pilot.press("tab")
        await settle(pilot)
        assert [pane.agent for pane in screen.tiles.seen] == ["agent-3"]
        await pilot.press("escape")
        await settle(pilot)
        assert len(screen.tiles.seen) == 4
        assert screen.pane is not None
        assert screen.pane.agent == "agent-3"


async def test_a_double_click_zooms(middle: Path) -> None:
    async with watching(middle) as (pilot, screen):
        pane = screen.tiles.panes[2]
        await pilot.click(pane, offset=(3, 0), times=2)
        await settle(pilot)
        assert screen.tiles.seen == [pane]


async def test_the_dock_goes_and_comes(middle: Path) -> None:
    async with watching(middle) as (pilot, screen):
        narrow = screen.tiles.size.width
        await pilot.press("d")
        await settle(pilot)
        assert screen.tiles.size.width == 120 > narrow
        await pilot.press("f3")
        await settle(pilot)
        assert screen.tiles.size.width == narrow
        assert screen.drawing.tab == "Tasks"
        assert screen.dock_view.roll.has_focus
        await pilot.press("l")
        await pilot.pause()
        assert screen.pane is not None


async def test_details_open_and_close(middle: Path) -> None:
    async with watching(middle, (200, 60)) as (pilot, screen):
        await pilot.press("ctrl+o")
        assert all(pane.stream.expanded for pane in screen.tiles.panes)
        await settle(pilot)
        assert "AssertionError in test_math.py" in text_of(pilot.app)
        await pilot.press("ctrl+o")
        assert not any(pane.stream.expanded for pane in screen.tiles.panes)


async def test_help_lists_the_keys_and_a_click_does_it(middle: Path) -> None:
    async with watching(middle, (120, 50)) as (pilot, screen):
        await pilot.press("f1")
        await pilot.pause()
        lines = text_of(pilot.app).splitlines()
        row = next(y for y, line in enumerate(lines) if "where the time goes" in line)
        await pilot.click(offset=(40, row))
        await pilot.pause()
        await pilot.pause()
        assert "Where the time goes" in text_of(pilot.app)
        await pilot.press("escape", "question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SheetScreen)
        assert screen in pilot.app.screen_stack


async def test_the_foot_can_be_clicked(middle: Path) -> None:
    async with watching(middle, (80, 24)) as (pilot, screen):
        await pilot.click(screen.foot, offset=(74, 1))
        await pilot.pause()
        assert isinstance(pilot.app.screen, SheetScreen)


async def test_themes_go_round(middle: Path) -> None:
    async with watching(middle) as (pilot, _):
        seen = {pilot.app.theme}
        for _ in range(8):
            await pilot.press("t")
            await pilot.pause()
            seen.add(pilot.app.theme)
        assert {"crosstalk-dark", "crosstalk-safe", "crosstalk-contrast"} < seen


async def test_the_palette_offers_what_has_a_key(middle: Path) -> None:
    async with watching(middle) as (pilot, screen):
        names = {command.title for command in pilot.app.get_system_commands(screen)}
        assert any(name.startswith("Pause the team") for name in names)
        assert "List tasks" in names
        assert "Choose a theme" in names


async def test_quit(middle: Path) -> None:
    async with watching(middle) as (pilot, _):
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert pilot.app._exit


# Agent text is data ----------------------------------------------------------------------------


async def test_hostile_names_and_text_are_shown_as_they_are(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2)
    story.tasks(("t[/]", "[red]evil[/red] \x1b[31m", ()))
    for name in story.names:
        story.begin(name)
        story.reply(name, "[bold]no markup[/bold] [/] \x1b]0;title\x07 \u202etxt.exe\n")
        story.claim(name, "t[/]")
        story.write(name, "[link=x]\x1b.py", name)
    story.send("agent-1", "[blink]\x9b2J")
    story.close()
    async with watching(tmp_path, (160, 50)) as (pilot, _):
        shown = text_of(pilot.app)
        assert "[bold]no markup[/bold]" in shown
        assert "[red]evil[/red]" in shown
        for key in ("f3", "f4", "f5", "right_square_bracket"):
            await pilot.press(key)
            await settle(pilot)
            shown += text_of(pilot.app)
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)


# Replay ----------------------------------------------------------------------------------------


async def test_a_replay_plays_stops_and_jumps(ended: Path) -> None:
    async with watching(ended) as (pilot, screen):
        feed = screen.feed
        assert isinstance(feed, ReplayFeed)
        whole = screen.picture.state.seq
        await pilot.press("3")
        await settle(pilot)
        assert 0 < screen.picture.state.seq < whole
        assert screen.picture.state.t <= feed.seconds * 0.3
        assert "replay" in text_of(pilot.app)
        await pilot.press("space")
        assert feed.playing
        await pilot.press("space", "plus")
        assert not feed.playing
        assert feed.speed == 2.0
        await pilot.press("0")
        await settle(pilot)
        assert screen.picture.state.t == 0.0
        feed.seek(feed.seconds)
        await settle(pilot)
        assert screen.picture.state.seq == whole
        assert "■ success" in text_of(pilot.app)


async def test_a_jump_shows_what_was_there_then(ended: Path) -> None:
    async with watching(ended, (160, 50)) as (pilot, screen):
        before = text_of(pilot.app)
        await pilot.press("2")
        await settle(pilot)
        assert "wrote variance.py" in before
        assert "wrote variance.py" not in text_of(pilot.app)
        assert isinstance(screen.feed, ReplayFeed)
        screen.feed.seek(screen.feed.seconds)
        await settle(pilot)
        assert text_of(pilot.app) == before


# Live ------------------------------------------------------------------------------------------


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[tuple[Story, list[Command]]]:
    """A team's process as the screen meets it: a history that grows, and an open ear."""
    heard: list[Command] = []

    async def handle(command: Command) -> str:
        heard.append(command)
        if command.command == "pause":
            story.add(e.SessionPaused(agent=e.USER))
        elif command.command == "continue":
            story.add(e.SessionContinued(agent=e.USER))
        else:
            story.add(e.SessionEnded(reason="interrupted", success=False))
        return ""

    story = Story(tmp_path / "history.jsonl", agents=2)
    story.begin("agent-1")
    server = ControlServer(tmp_path, handle)
    await server.start()
    yield story, heard
    await server.aclose()
    story.close()


async def until(pilot: Pilot[list[str]], shown: str) -> None:
    """Wait for words to be on the screen."""
    async with asyncio.timeout(20):
        while shown not in text_of(pilot.app):
            await pilot.pause()


async def test_pause_and_continue_are_sent_and_shown(
    tmp_path: Path, team: tuple[Story, list[Command]]
) -> None:
    path = tmp_path / "history.jsonl"
    async with watching(path, live=True, link=Link(tmp_path)) as (pilot, _):
        await until(pilot, "► running")
        await pilot.press("space")
        await until(pilot, "‖ paused")
        await pilot.press("space")
        await until(pilot, "► running")
        assert [command.command for command in team[1]] == ["pause", "continue"]


async def test_what_the_team_does_appears(
    tmp_path: Path, team: tuple[Story, list[Command]]
) -> None:
    story = team[0]
    async with watching(tmp_path / "history.jsonl", live=True) as (pilot, screen):
        story.say("agent-1", "Hello from the stream.")
        await until(pilot, "Hello from the stream.")
        story.outside("notes.txt", "by hand\n")
        story.write("agent-1", "notes.txt", "by the agent\n")
        await until(pilot, "overwrite")
        assert screen.picture.cases


async def test_stopping_asks_first(tmp_path: Path, team: tuple[Story, list[Command]]) -> None:
    path = tmp_path / "history.jsonl"
    async with watching(path, live=True, link=Link(tmp_path)) as (pilot, _):
        await pilot.press("ctrl+x")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press("n")
        await pilot.pause()
        assert team[1] == []
        await pilot.press("ctrl+x")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, "■ interrupted")
        assert [command.command for command in team[1]] == ["stop"]


async def test_a_command_without_a_team_is_answered_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    Story(path, agents=1).close()
    async with watching(path, live=True, link=Link(tmp_path)) as (pilot, _):
        await pilot.press("space")
        async with asyncio.timeout(20):
            while not pilot.app._notifications:
                await pilot.pause()
        assert [note.title for note in pilot.app._notifications] == ["The team is not running"]


async def test_a_warning_is_told(tmp_path: Path, team: tuple[Story, list[Command]]) -> None:
    async with watching(tmp_path / "history.jsonl", live=True) as (pilot, _):
        team[0].add(e.Warned(text="git refused [b]a commit[/b]"))
        async with asyncio.timeout(20):
            while not pilot.app._notifications:
                await pilot.pause()
        assert [n.message for n in pilot.app._notifications] == ["git refused [b]a commit[/b]"]
        await pilot.press("i")
        await until(pilot, "Warnings")


async def test_a_dead_team_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    Story(path, agents=1).close()
    app = app_on(LiveFeed(path), Link(tmp_path), "SESSION")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        screen_of(app)._heard -= 60
        await until(pilot, "crosstalk replay SESSION")


async def test_a_session_that_has_not_begun_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.touch()
    app = app_on(LiveFeed(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, "starting")
        story = Story(path, agents=3)
        await until(pilot, "agent-3")
        story.close()


async def test_the_screen_does_without_a_loop_of_its_own_when_replaced(middle: Path) -> None:
    app = app_on(recorded(middle))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settle(pilot)
        assert isinstance(screen, SessionScreen)
        await pilot.press("f1", "escape", "i", "escape", "d", "d", "z", "z")
        await settle(pilot)
        assert app.screen is screen
