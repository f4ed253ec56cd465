"""Findings by key: filter, order, mute, acknowledge, undo, go to a step."""

from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from tests.tui import controlled
from tests.tui.driving import app_on, recorded, settle, text_of, watching
from tests.tui.histories import Story
from tui.screens.finding import FindingScreen
from tui.screens.findings import mutable
from tui.screens.menu import MenuScreen
from tui.screens.session import SessionScreen
from tui.views.case import Case
from workspaces.anomalies.finding import Severity
from workspaces.anomalies.muting import Muting

SIZE = (120, 40)


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    """A session in which much goes wrong."""
    controlled.kinds(tmp_path / "history.jsonl")
    return tmp_path


def said(pilot: Pilot[list[str]]) -> list[str]:
    """What was said to the person."""
    return [note.message for note in pilot.app._notifications]


def cursor(screen: SessionScreen) -> Case:
    """The case under the cursor."""
    case = screen.chosen_case
    assert case is not None
    return case


async def choose(pilot: Pilot[list[str]], words: str) -> None:
    """Choose an entry of the menu that is open."""
    menu = pilot.app.screen
    assert isinstance(menu, MenuScreen)
    menu.roll.point(words)
    assert menu.roll.key == words
    await pilot.press("enter")
    await pilot.pause()


async def test_a_finding_is_muted_and_heard_again(kinds: Path) -> None:
    async with app_on(recorded(kinds), None, str(kinds)).run_test(size=SIZE) as pilot:
        screen = await settle(pilot)
        before = screen.picture.book.counts()
        await pilot.press("f2", "home", "m")
        await pilot.pause()
        case = cursor(screen)
        words = next(iter(mutable(case)))
        await choose(pilot, words)
        assert case.quiet
        assert case not in screen.picture.listed()
        assert screen.picture.book.counts() != before
        assert Muting.load(kinds).rules
        assert f"Muted: {words}. u takes it back." in said(pilot)
        await pilot.press("u")
        await pilot.pause()
        assert not case.quiet
        assert screen.picture.book.counts() == before
        assert Muting.load(kinds).rules == ()


async def test_a_finding_is_acknowledged_and_the_next_opening_knows(kinds: Path) -> None:
    async with app_on(recorded(kinds), None, str(kinds)).run_test(size=SIZE) as pilot:
        screen = await settle(pilot)
        await pilot.press("f2", "home")
        case = cursor(screen)
        await pilot.press("a")
        await settle(pilot)
        assert case.quiet
        assert "2 muted (M shows them)" in text_of(pilot.app)
        name = case.id
    async with app_on(recorded(kinds), None, str(kinds)).run_test(size=SIZE) as pilot:
        screen = await settle(pilot)
        assert name not in {case.id for case in screen.picture.listed()}
        await pilot.press("f2", "M")
        await settle(pilot)
        screen.dock_view.roll.point(name)
        assert cursor(screen).quiet
        await pilot.press("u")
        await pilot.pause()
        assert not cursor(screen).quiet


async def test_a_shipped_rule_is_told_and_stays(kinds: Path) -> None:
    async with watching(kinds, SIZE) as (pilot, screen):
        await pilot.press("f2", "M")
        await settle(pilot)
        quiet = next(case for case in screen.picture.cases if case.quiet)
        screen.dock_view.roll.point(quiet.id)
        await pilot.press("m", "a", "u")
        await pilot.pause()
        assert quiet.quiet
        assert [words.partition(":")[0] for words in said(pilot)] == [
            "It is quiet already",
            "It is quiet already",
            "A shipped rule keeps it quiet",
        ]


async def test_marks_go_with_the_mute(kinds: Path) -> None:
    async with watching(kinds, (200, 60)) as (pilot, screen):
        marked = screen.tiles.panes[3].stream._canvas._marks
        assert marked
        await pilot.press("f2")
        for _ in range(len(screen.picture.listed())):
            await pilot.press("home", "a")
            await pilot.pause()
        assert screen.picture.listed() == []
        await settle(pilot)
        assert not screen.tiles.panes[3].stream._canvas._marks
        assert "none to attend to" in text_of(pilot.app)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert any(words.startswith("Nothing is listed;") for words in said(pilot))


async def test_a_mute_needs_a_choice_first(kinds: Path) -> None:
    async with watching(kinds, SIZE) as (pilot, screen):
        await pilot.press("m")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert said(pilot) == ["Choose a finding first."]
        assert screen.dock_view.roll.has_focus
        await pilot.press("u")
        await pilot.pause()
        assert said(pilot)[-1] == "Nothing was muted or acknowledged here."


async def test_what_cannot_be_saved_holds_here_and_is_told(kinds: Path) -> None:
    app = app_on(recorded(kinds), None, str(kinds / "gone"))
    async with app.run_test(size=SIZE) as pilot:
        screen = await settle(pilot)
        await pilot.press("f2", "home")
        case = cursor(screen)
        await pilot.press("a")
        await pilot.pause()
        assert case.quiet
        assert "The mutes cannot be saved" in [n.title for n in pilot.app._notifications]


async def test_a_damaged_file_of_mutes_is_told(kinds: Path) -> None:
    (kinds / "mutes.json").write_text("[")
    async with app_on(recorded(kinds), None, str(kinds)).run_test(size=SIZE) as pilot:
        screen = await settle(pilot)
        screen._tell_problem()
        await pilot.pause()
        assert "The mutes cannot be read" in [n.title for n in pilot.app._notifications]


async def test_filters_and_order_by_key(kinds: Path) -> None:
    async with watching(kinds, SIZE) as (pilot, screen):
        whole = len(screen.picture.listed())
        await screen.run_action("filter")
        await pilot.pause()
        await choose(pilot, "kind:tampering")
        await settle(pilot)
        assert 0 < len(screen.picture.listed()) < whole
        assert "only tampering" in text_of(pilot.app)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "tampering" in text_of(pilot.app)
        await pilot.press("escape")
        await pilot.click(screen.dock_view.roll, offset=(4, 0))
        await pilot.pause()
        await choose(pilot, "all:")
        assert len(screen.picture.listed()) == whole
        await pilot.press("O")
        await pilot.pause()
        assert screen.picture.listed() == [c for c in screen.picture.cases if not c.quiet]


async def test_an_opened_finding_is_muted_acknowledged_and_left(kinds: Path) -> None:
    async with app_on(recorded(kinds), None, str(kinds)).run_test(size=SIZE) as pilot:
        screen = await settle(pilot)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        opened = pilot.app.screen
        assert isinstance(opened, FindingScreen)
        first = opened.case
        await pilot.press("a")
        await pilot.pause()
        assert first.quiet
        assert opened.case is not first
        second = opened.case
        await pilot.press("m")
        await pilot.pause()
        await choose(pilot, next(iter(mutable(second))))
        assert pilot.app.screen is opened
        assert second.loud != second.findings
        await pilot.press("u")
        await pilot.pause()
        assert second.loud == second.findings
        assert screen in pilot.app.screen_stack


async def test_a_step_is_gone_to_by_key_and_by_mouse(kinds: Path) -> None:
    async with watching(kinds, SIZE) as (pilot, screen):
        for key in ("1", "g", "click"):
            case = next(c for c in screen.picture.cases if "false-completion" in c.kinds)
            screen.open_finding(case)
            await pilot.pause()
            if key == "click":
                rows = text_of(pilot.app).splitlines()
                row = next(y for y, line in enumerate(rows) if " 1 #" in line)
                await pilot.click(offset=(40, row))
            else:
                await pilot.press(key)
            await pilot.pause()
            assert pilot.app.screen is screen
            assert screen.pane is not None
            assert screen.pane.agent == "agent-3"
        screen.go_to(1)
        await pilot.pause()
        assert said(pilot)[-1] == "Event 1 is in nobody's pane."


async def test_a_step_beyond_the_last_goes_nowhere(kinds: Path) -> None:
    async with watching(kinds, SIZE) as (pilot, screen):
        case = next(c for c in screen.picture.cases if "tampering" in c.kinds)
        screen.open_finding(case)
        await pilot.pause()
        await pilot.press("9")
        await pilot.pause()
        assert isinstance(pilot.app.screen, FindingScreen)


async def test_a_menu_is_left_by_escape_and_by_a_click_beside_it(kinds: Path) -> None:
    async with watching(kinds, SIZE) as (pilot, screen):
        for leave in ("escape", "click"):
            await screen.run_action("filter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, MenuScreen)
            if leave == "click":
                await pilot.click(offset=(1, 1))
            else:
                await pilot.press(leave)
            await pilot.pause()
            assert pilot.app.screen is screen
        assert not screen.docket.filtered


async def test_hostile_names_in_menus_do_nothing(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2)
    for name in story.names:
        story.begin(name)
        story.write(name, "[red]x\x1b[/].py", name)
    story.close()
    async with watching(tmp_path, SIZE) as (pilot, screen):
        await pilot.press("f2", "home", "m")
        await pilot.pause()
        text = text_of(pilot.app)
        assert "[red]x" in text
        assert "\x1b" not in text
        assert screen in pilot.app.screen_stack


async def test_the_list_stays_at_its_top_until_somebody_is_in_it(kinds: Path) -> None:
    async with watching(kinds, SIZE) as (pilot, screen):
        roll = screen.dock_view.roll
        cases = screen.picture.listed()
        assert roll.key == cases[0].id
        screen.docket.choose("least", "low")
        newest = cases[-1]
        screen.docket.by_time = True
        screen.docket.turn()
        screen.redraw()
        assert roll.key == screen.picture.listed()[0].id
        await pilot.press("f2", "home")
        chosen = cursor(screen)
        newest.findings[0] = msgspec.structs.replace(
            newest.findings[0], severity=Severity.HIGH, seq=10**6
        )
        screen.picture.edition["findings"] += 1
        screen.redraw()
        assert screen.picture.listed()[0] is newest
        assert cursor(screen) is chosen, "keys act on what was chosen"
