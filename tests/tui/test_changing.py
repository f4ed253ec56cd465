"""What a person changes in a real team by key, and that it is there to see."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.tui.driving import app_on, screen_of, text_of, watching
from tui.feed import LiveFeed
from tui.link import Link
from tui.screens.editing import LineScreen, TextScreen, edited
from tui.screens.menu import MenuScreen
from tui.screens.session import SessionScreen
from workspaces.history import events as e
from workspaces.history.reader import load

Driver = Pilot[list[str]]
Kind = TypeVar("Kind", bound=e.Event)


async def until(pilot: Driver, holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(40):
        while not holds():
            await pilot.pause(0.01)


async def choose(pilot: Driver, key: str) -> None:
    """Choose an entry of the menu that is to open."""
    await until(pilot, lambda: isinstance(pilot.app.screen, MenuScreen))
    menu = pilot.app.screen
    assert isinstance(menu, MenuScreen)
    menu.roll.point(key)
    assert menu.roll.key == key
    await pilot.press("enter")
    await pilot.pause()


async def answer(pilot: Driver, text: str) -> None:
    """Type a line into the question that is to open."""
    await until(pilot, lambda: isinstance(pilot.app.screen, LineScreen))
    pilot.app.screen.query_one(Input).value = text
    await pilot.press("enter")
    await pilot.pause()


async def edit(pilot: Driver, change: Callable[[str], str]) -> str:
    """Change the text that is to open; what it was."""
    await until(pilot, lambda: isinstance(pilot.app.screen, TextScreen))
    area = pilot.app.screen.query_one(TextArea)
    before = area.text
    area.text = change(before)
    await pilot.press("ctrl+s")
    await pilot.pause()
    return before


@asynccontextmanager
async def at(team: Path, condition: str = "") -> AsyncIterator[tuple[Driver, SessionScreen]]:
    """The screen of a team that stands still, where `condition` holds if one is given."""
    link = Link(team)
    if condition:
        await link.send("break", condition + " once")
    else:
        await link.send("pause")
    app = app_on(LiveFeed(team / "history.jsonl"), link, str(team))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = screen_of(app)
        await until(pilot, lambda: screen.picture.state.paused and screen.tiles.panes)
        yield pilot, screen


async def happened(pilot: Driver, team: Path, kind: type[Kind]) -> Kind:
    """The first event of a kind by the person, once there is one."""
    found: list[Kind] = []

    def look() -> bool:
        found[:] = [v for v in load(team)[0] if isinstance(v, kind) and v.agent == e.USER]
        return bool(found)

    await until(pilot, look)
    return found[0]


async def shown(pilot: Driver, words: str) -> None:
    """Wait for words to be on the screen."""
    await until(pilot, lambda: words in text_of(pilot.app))


async def select(pilot: Driver, screen: SessionScreen, agent: str) -> None:
    """Select an agent."""
    pane = next(pane for pane in screen.tiles.panes if pane.agent == agent)
    pane.take_focus()
    await pilot.pause()


async def test_an_agent_is_held_and_let_go(team: Path) -> None:
    async with at(team) as (pilot, screen):
        await select(pilot, screen, "agent-2")
        await pilot.press("h")
        await until(pilot, lambda: screen.picture.state.agents["agent-2"].stopped == "held")
        await shown(pilot, "is held: it takes no steps")
        await pilot.press("c")
        await choose(pilot, "go")
        await until(pilot, lambda: not screen.picture.state.agents["agent-2"].stopped)


async def test_mail_is_written_edited_kept_back_reordered_and_dropped(team: Path) -> None:
    async with at(team) as (pilot, screen):
        await select(pilot, screen, "agent-2")
        member = screen.picture.state.agents["agent-2"]
        for text in ("[bold]first", "second"):
            await pilot.press("w")
            await answer(pilot, text)
            await shown(pilot, f"you wrote: {text}")
        first, second = member.unread[-2:]
        await pilot.press("c")
        await choose(pilot, "mail")
        await choose(pilot, str(first))
        await choose(pilot, "edit-message")
        assert await edit(pilot, str.upper) == "[bold]first"
        assert (await happened(pilot, team, e.MessageEdited)).text == "[BOLD]FIRST"
        await shown(pilot, "it says now: [BOLD]FIRST")
        await pilot.press("c")
        await choose(pilot, "mail")
        await choose(pilot, str(second))
        await choose(pilot, "reorder-mail")
        await until(pilot, lambda: member.unread and member.unread[0] == second)
        await pilot.press("c")
        await choose(pilot, "mail")
        await choose(pilot, str(first))
        await choose(pilot, "delay-message")
        await answer(pilot, "")
        await until(pilot, lambda: first in member.withheld)
        await pilot.press("c")
        await choose(pilot, "mail")
        await choose(pilot, str(first))
        await choose(pilot, "let-go")
        await until(pilot, lambda: first in member.unread)
        await pilot.press("c")
        await choose(pilot, "mail")
        await choose(pilot, str(second))
        await choose(pilot, "drop-message")
        await until(pilot, lambda: second not in member.unread)
        await pilot.press("c")
        await choose(pilot, "say-all")
        await answer(pilot, "to all")
        await shown(pilot, "you wrote: to all")


async def test_a_reply_in_hand_is_edited_before_it_is_carried_out(team: Path) -> None:
    async with at(team, "event:reply-ended") as (pilot, screen):
        assert screen.picture.pause
        agent = screen.picture.author_of(screen.picture.pause.at)
        await select(pilot, screen, agent)
        await pilot.press("c")
        await choose(pilot, "edit-reply")
        before = await edit(pilot, lambda _: "<wait/>")
        assert before
        assert (await happened(pilot, team, e.ReplyEdited)).text == "<wait/>"
        await shown(pilot, "you changed its reply to:")
        await pilot.press("s")
        own = lambda: [v for v in load(team)[0] if v.agent == agent]  # noqa: E731
        await until(pilot, lambda: isinstance(own()[-1], e.TurnEnded))
        assert isinstance(own()[-2], e.Waited)


async def test_a_reply_in_hand_is_held_moved_and_dropped(team: Path) -> None:
    async with at(team, "event:reply-ended") as (pilot, screen):
        assert screen.picture.pause
        agent = screen.picture.author_of(screen.picture.pause.at)
        state = screen.picture.state
        await select(pilot, screen, agent)
        await pilot.press("c")
        await choose(pilot, "delay-reply")
        await answer(pilot, "9")
        await until(pilot, lambda: state.agents[agent].stopped)
        await pilot.press("c")
        await choose(pilot, "go")
        await until(pilot, lambda: not state.agents[agent].stopped)
        moved: list[e.RepliesReordered] = []
        async with asyncio.timeout(40):
            while not moved:  # refused until another reply has come to wait in line
                await pilot.press("c")
                await choose(pilot, "reorder-replies")
                await pilot.pause(0.3)
                moved = [v for v in load(team)[0] if isinstance(v, e.RepliesReordered)]
        assert moved[0].order[0] == agent
        await pilot.press("c")
        await choose(pilot, "drop-reply")
        dropped = await happened(pilot, team, e.ReplyDropped)
        await shown(pilot, "you dropped its reply")
        await pilot.press("s")
        own = lambda: [v for v in load(team)[0] if v.agent == agent and v.seq > dropped.seq]  # noqa: E731
        await until(pilot, own)
        assert isinstance(own()[0], e.TurnEnded), "nothing in it is done"


async def test_tasks_models_and_files(team: Path) -> None:
    async with at(team) as (pilot, screen):
        await select(pilot, screen, "agent-3")
        state = screen.picture.state
        await pilot.press("c")
        await choose(pilot, "assign")
        await choose(pilot, "task-15")
        await until(pilot, lambda: state.tasks["task-15"].owner == "agent-3")
        await shown(pilot, "by you")
        await pilot.press("c")
        await choose(pilot, "release")
        await choose(pilot, "task-15")
        await until(pilot, lambda: state.tasks["task-15"].status == "open")
        await pilot.press("c")
        await choose(pilot, "model")
        await answer(pilot, "sim-gpt-5.2")
        await shown(pilot, "you made it")
        await pilot.press("c")
        await choose(pilot, "write")
        await choose(pilot, "/")
        await answer(pilot, "notes.py")
        assert await edit(pilot, lambda _: "# [red]mine\n") == ""
        await shown(pilot, "you wrote notes.py v1")
        written = await happened(pilot, team, e.FileWritten)
        assert written.path == "notes.py"
        await until(pilot, lambda: (team / "workspace/notes.py").is_file())


async def test_a_real_team_is_struck_by_a_fault_of_the_menu(team: Path) -> None:
    async with at(team) as (pilot, screen):
        await select(pilot, screen, "agent-1")
        await pilot.press("F")
        await choose(pilot, "freeze")
        await choose(pilot, "agent-1")
        await shown(pilot, "fault: freeze on agent-1")
        await pilot.press("space")
        await until(pilot, lambda: screen.picture.state.agents["agent-1"].stopped == "frozen")


async def test_what_makes_no_sense_says_why(team: Path) -> None:
    async with at(team) as (pilot, screen):
        await select(pilot, screen, "agent-1")
        await pilot.press("c")
        await choose(pilot, "edit-reply")
        assert isinstance(pilot.app.screen, MenuScreen)
        assert "none has just ended" in str([n.message for n in pilot.app._notifications])


async def test_a_recording_cannot_be_changed(middle: Path) -> None:
    async with watching(middle) as (pilot, screen):
        await pilot.press("c", "h", "w")
        await pilot.pause()
        assert pilot.app.screen is screen
        words = {note.message for note in pilot.app._notifications}
        assert words == {"This is what happened: only a fork of it can go another way (f)."}


def test_an_editor_gets_the_text_and_gives_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys; p = sys.argv[1]; t = open(p).read(); open(p, 'w').write(t + p[-3:])"
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f'{sys.executable} -c "{program}"')
    assert edited("one\n", ".py") == "one\n.py"
