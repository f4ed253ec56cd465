"""Faults by key."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from agents.runtime.control import Command, ControlServer
from agents.runtime.faults.grammar import parse
from agents.runtime.faults.menu import KINDS
from tests.tui.conftest import picture_of
from tests.tui.driving import text_of, watching
from tests.tui.histories import Story
from tui.link import Link
from tui.screens.menu import MenuScreen
from tui.screens.session import SessionScreen
from tui.views.faults import offers, targets
from workspaces.errors import CrosstalkError
from workspaces.history import events as e


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[tuple[Story, list[Command]]]:
    """A team's process that injects what it is asked for."""
    heard: list[Command] = []

    async def handle(command: Command) -> str:
        heard.append(command)
        [order] = parse(command.argument)
        if order.kind.name == "double-grant":
            raise CrosstalkError("double-grant cannot strike", "no task is held")
        story.add(e.FaultStarted(number=len(heard), fault=order.kind.name, target=order.target))
        return order.kind.name

    story = Story(tmp_path / "history.jsonl", agents=2, tests=("test_math.py",))
    story.tasks(("task-1", "add", ()))
    story.begin("agent-1")
    server = ControlServer(tmp_path, handle)
    await server.start()
    yield story, heard
    await server.aclose()
    story.close()


async def choose(pilot: Pilot[list[str]], key: str) -> None:
    """Choose an entry of the menu that is open."""
    menu = pilot.app.screen
    assert isinstance(menu, MenuScreen)
    menu.roll.point(key)
    await pilot.press("enter")
    await pilot.pause()


async def until(pilot: Pilot[list[str]], shown: str) -> None:
    """Wait for words to be on the screen."""
    async with asyncio.timeout(20):
        while shown not in text_of(pilot.app):
            await pilot.pause()


async def test_a_fault_is_chosen_aimed_sent_and_shown(
    tmp_path: Path, team: tuple[Story, list[Command]]
) -> None:
    story, heard = team
    link = Link(tmp_path)
    async with watching(tmp_path / "history.jsonl", (120, 40), live=True, link=link) as (pilot, _):
        await pilot.press("F")
        await pilot.pause()
        await choose(pilot, "freeze")
        await choose(pilot, "agent-1")
        await until(pilot, "fault: freeze on agent-1")
        assert [(c.command, c.argument) for c in heard] == [("inject", "freeze:agent-1")]
        await until(pilot, "⌁ freeze")
        story.add(e.FaultEnded(number=1))
        await until(pilot, "fault over: freeze on agent-1")
        await pilot.press("F")
        await pilot.pause()
        await choose(pilot, "slow")
        await choose(pilot, "*")
        await until(pilot, "fault: slow")
        await pilot.press("F")
        await pilot.pause()
        await choose(pilot, "cycle")
        await until(pilot, "fault: cycle")
        assert [c.argument for c in heard[1:]] == ["slow", "cycle"]


async def test_what_the_team_refuses_is_told(
    tmp_path: Path, team: tuple[Story, list[Command]]
) -> None:
    link = Link(tmp_path)
    async with watching(tmp_path / "history.jsonl", (120, 40), live=True, link=link) as (pilot, _):
        await pilot.press("F")
        await pilot.pause()
        await choose(pilot, "double-grant")
        await choose(pilot, "task-1")
        async with asyncio.timeout(20):
            while not pilot.app._notifications:
                await pilot.pause()
        [note] = pilot.app._notifications
        assert "double-grant cannot strike" in note.message


async def test_a_fault_that_makes_no_sense_cannot_be_chosen(
    tmp_path: Path, team: tuple[Story, list[Command]]
) -> None:
    link = Link(tmp_path)
    async with watching(tmp_path / "history.jsonl", (120, 40), live=True, link=link) as (pilot, _):
        await pilot.press("F")
        await pilot.pause()
        await choose(pilot, "frozen-lead")
        assert isinstance(pilot.app.screen, MenuScreen)
        assert [n.message for n in pilot.app._notifications] == ["this team has no lead"]
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SessionScreen)
        assert team[1] == []


async def test_a_replay_has_no_faults_to_inject(middle: Path) -> None:
    async with watching(middle) as (pilot, screen):
        await pilot.press("F")
        await pilot.pause()
        assert pilot.app.screen is screen
        [note] = pilot.app._notifications
        assert note.message.startswith("A replay is what happened")


def test_every_fault_is_offered_and_what_it_strikes_can_be_parsed(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2, tests=("test_math.py",))
    story.tasks(("task-1", "add", ()))
    story.close()
    picture = picture_of(tmp_path)
    assert [offer.name for offer in offers(picture)] == list(KINDS)
    for offer in offers(picture):
        found = targets(offer.name, picture)
        assert bool(found) == bool(KINDS[offer.name].target)
        for target in found:
            [order] = parse(f"{offer.name}:{target.name}")
            assert order.target == target.name
