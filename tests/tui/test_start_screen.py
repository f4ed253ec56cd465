"""The start screen: every choice is the words of a command line."""

from pathlib import Path

import pytest

from tests.tui import histories
from tests.tui.histories import Story
from tui.app import CrosstalkApp
from tui.cli import parser
from tui.recordings import Recording, look
from tui.screens.start import StartScreen
from workspaces.history import events as e

SUITES = ["math/p0.2", "math/p0.5", "math/p0.9"]
FOUND = [
    Recording(Path("/s/running"), "math/p0.5", "decentralized", 4, "unfinished", True),
    Recording(Path("/s/over"), "math/p0.9", "preassigned", 16, "success", False),
]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["enter"], ["demo"]),
        (["down", "down", "enter"], ["attach", "/s/running"]),
        (["down", "down", "down", "enter"], ["replay", "/s/over"]),
        (["end", "enter"], []),
        (["q"], []),
        (["escape"], []),
    ],
)
async def test_choices(keys: list[str], words: list[str]) -> None:
    app = CrosstalkApp(StartScreen(SUITES, FOUND))
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        await pilot.pause()
    assert app.return_value == words
    if words:
        parser().parse_args(words)


async def test_a_new_session_from_the_form() -> None:
    app = CrosstalkApp(StartScreen(SUITES, []))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press("enter", "down", "enter")  # another suite
        await pilot.pause()
        await pilot.click("#go")
        await pilot.pause()
    words = app.return_value
    assert words == ["run", "math/p0.9", "-n", "4", "--team", "decentralized"]
    options = parser().parse_args(words)
    assert (options.suite, options.agents, options.team) == ("math/p0.9", 4, "decentralized")


async def test_escape_leads_back_from_the_form() -> None:
    app = CrosstalkApp(StartScreen(SUITES, []))
    async with app.run_test() as pilot:
        await pilot.press("down", "enter", "escape")
        await pilot.pause()
        assert app.is_running
        await pilot.press("up", "enter")
        await pilot.pause()
    assert app.return_value == ["demo"]


def test_a_recording_is_told_from_its_two_ends(tmp_path: Path) -> None:
    for name in ("ended", "middle"):
        (tmp_path / name).mkdir()
        getattr(histories, name)(tmp_path / name / "history.jsonl")
    over = look(tmp_path / "ended", running=False)
    assert over == Recording(tmp_path / "ended", "math/p0.5", "decentralized", 4, "success", False)
    left = look(tmp_path / "middle", running=False)
    assert left is not None
    assert left.status == "unfinished"


def test_a_session_that_failed_says_why(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl")
    story.add(e.SessionEnded(reason="round-limit", success=False))
    story.close()
    found = look(tmp_path, running=False)
    assert found is not None
    assert found.status == "round-limit"


def test_what_is_no_recording_is_left_out(tmp_path: Path) -> None:
    assert look(tmp_path, running=False) is None
    (tmp_path / "history.jsonl").write_text("no history\n")
    assert look(tmp_path, running=False) is None
