"""Steps and breakpoints by key: in a recording, and on a team at work."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui import controlled, histories
from tests.tui.conftest import picture_of
from tests.tui.driving import app_on, screen_of, settle, text_of, watching
from tui.feed import LiveFeed
from tui.foresight import Foresight
from tui.hits import Hits
from tui.link import Link
from tui.replay import AT_ONCE, ReplayFeed
from tui.screens.breakpoints import BreakpointsScreen
from tui.screens.session import SessionScreen
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.tape import HistoryTape, Played

SIZE = (120, 40)


async def until(pilot: Pilot[list[str]], holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(30):
        while not holds():
            await pilot.pause(0.01)


async def shown(pilot: Pilot[list[str]], words: str) -> None:
    """Wait for words to be on the screen."""
    await until(pilot, lambda: words in text_of(pilot.app))


async def type_in(pilot: Pilot[list[str]], text: str) -> None:
    """Set a breakpoint in the sheet that is open."""
    pilot.app.screen.query_one(Input).value = text
    await pilot.press("enter")
    await pilot.pause()


def said(pilot: Pilot[list[str]], words: str) -> bool:
    """Whether the person is told so at this moment."""
    return any(note.message == words for note in pilot.app._notifications)


def standing_at(screen: SessionScreen) -> int:
    assert isinstance(screen.feed, ReplayFeed)
    return screen.feed.place


def begin(screen: SessionScreen) -> None:
    """Go to the first event."""
    assert isinstance(screen.feed, ReplayFeed)
    screen.feed.seek_event(1)


# In a recording ------------------------------------------------------------------------------


async def test_keys_step_through_a_recording(ended: Path) -> None:
    events = load(ended)[0]
    async with watching(ended, SIZE) as (pilot, screen):
        begin(screen)
        await settle(pilot)
        await pilot.press("n")
        names = {f"agent-{n}" for n in range(1, 5)}
        first = next(v for v in events if v.steps and v.agent in names)
        await until(pilot, lambda: screen.picture.state.seq == first.seq)
        await pilot.press("tab", "tab", "s")
        turn = next(v for v in events if isinstance(v, e.TurnEnded) and v.agent == "agent-2")
        await until(pilot, lambda: screen.picture.state.seq == turn.seq)
        await pilot.press("o")
        over = [v.seq for v in events if isinstance(v, e.RoundEnded) and v.seq > turn.seq]
        await until(pilot, lambda: screen.picture.state.seq == over[0])
        await pilot.press(*"o" * len(over))
        await until(pilot, lambda: said(pilot, "No round ends beyond this place."))


async def test_playing_a_recording_stops_at_a_breakpoint(ended: Path) -> None:
    events = load(ended)[0]
    failed = next(v.seq for v in events if isinstance(v, e.TestsEnded) and v.returncode)
    async with watching(ended, SIZE) as (pilot, screen):
        await pilot.press("b")
        await pilot.pause()
        await type_in(pilot, "failure")
        await shown(pilot, "met 1 time")
        await pilot.press("escape")
        begin(screen)
        await settle(pilot)
        assert isinstance(screen.feed, ReplayFeed)
        screen.feed.speed = AT_ONCE
        await pilot.press("space")
        await until(pilot, lambda: not screen.feed.playing)
        assert standing_at(screen) == failed
        await shown(pilot, "‖ breakpoint 1")
        assert f"at event {failed} by agent-2 · breakpoint 1 (failure)" in text_of(pilot.app)
        await pilot.press("space")
        await until(pilot, lambda: screen.feed.ended)  # type: ignore[attr-defined]


async def test_the_next_hit_is_jumped_to_and_a_switched_off_one_is_not(ended: Path) -> None:
    claims = [v.seq for v in load(ended)[0] if isinstance(v, e.TaskClaimed)]
    async with watching(ended, SIZE) as (pilot, screen):
        await pilot.press("B")
        await pilot.pause()
        assert [n.message for n in pilot.app._notifications] == [
            "No breakpoint is set: b sets one."
        ]
        await pilot.press("b")
        await pilot.pause()
        await type_in(pilot, "event:task-claimed")
        await pilot.press("escape")
        begin(screen)
        assert isinstance(screen.feed, ReplayFeed)
        screen.feed.hits.wait()
        for claim in claims:
            await pilot.press("B")
            await until(pilot, lambda claim=claim: screen.picture.state.seq == claim)  # type: ignore[misc]
        begin(screen)
        await pilot.press("b")
        await pilot.pause()
        await pilot.press("down", "enter")
        await shown(pilot, "off, met")
        await pilot.press("escape", "B")
        await until(pilot, lambda: said(pilot, "No breakpoint is met beyond this place."))
        await pilot.press("b")
        await pilot.pause()
        await pilot.press("down", "d")
        await shown(pilot, "No breakpoint is set.")


async def test_a_wrong_condition_is_refused_in_the_sheet(ended: Path) -> None:
    async with watching(ended, (80, 24)) as (pilot, _):
        await pilot.press("b")
        await pilot.pause()
        await type_in(pilot, "[bold]nonsense")
        assert "says nothing known" in text_of(pilot.app)
        assert "[bold]nonsense" in text_of(pilot.app)
        assert isinstance(pilot.app.screen, BreakpointsScreen)


async def test_terms_are_completed(middle: Path) -> None:
    async with watching(middle, SIZE) as (pilot, _):
        await pilot.press("b")
        await pilot.pause()
        line = pilot.app.screen.query_one(Input)
        line.value = "failure path:me"
        line.cursor_position = len(line.value)
        await until(pilot, lambda: line._suggestion)
        await pilot.press("right")
        assert line.value == "failure path:mean.py"


def test_hits_are_those_that_stop_a_team(tmp_path: Path) -> None:
    """Findings of a recording that is read ahead are not looked for again, and are the same."""
    controlled.kinds(tmp_path / "history.jsonl")
    tape = HistoryTape(tmp_path / "history.jsonl")
    ahead = Foresight(tape)
    given = ("finding:* agent:agent-1", "finding:tampering", "event:file-* once", "time>1")
    known, looked = Hits(tape, ahead), Hits(Played(load(tmp_path)[0]))
    for text in given:
        known.add(text)
        looked.add(text)
    assert not known.done
    ahead.start()
    known.wait()
    looked.wait()
    assert known.done
    assert known.hits == looked.hits
    assert {hit.number for hit in known.hits} == {1, 2, 3, 4}
    kinds = [f.seq for f in picture_of(tmp_path).findings.all if f.kind.value == "tampering"]
    assert [hit.seq for hit in known.hits if hit.number == 2] == list(dict.fromkeys(kinds))
    ahead.stop()


def test_playing_does_not_overtake_the_look_for_hits(tmp_path: Path) -> None:
    histories.ended(tmp_path / "history.jsonl")
    tape = HistoryTape(tmp_path / "history.jsonl")
    ahead = Foresight(tape)  # not started: no finding is known yet
    feed = ReplayFeed(tape, AT_ONCE, ahead=ahead)
    feed.hits.add("finding:lost-update")
    assert [list(feed.poll()) for _ in range(3)] == [[], [], []]
    ahead.start()
    feed.hits.wait()
    hit = feed.hits.after(0)
    assert hit
    while feed.playing:
        feed.poll()
    assert feed.place == hit.seq
    feed.close()


# On a team at work ---------------------------------------------------------------------------


async def test_a_team_is_stepped_and_stopped_by_key(team: Path) -> None:
    link = Link(team)
    async with app_on(LiveFeed(team / "history.jsonl"), link, str(team)).run_test(
        size=SIZE
    ) as pilot:
        screen = screen_of(pilot.app)
        await until(pilot, lambda: screen.tiles.panes)
        await pilot.press("space")
        await until(pilot, lambda: screen.picture.state.paused)
        before = screen.picture.state.seq
        await pilot.press("n")
        await until(pilot, lambda: screen.picture.pause and screen.picture.pause.at > before)
        await shown(pilot, "‖ stepped to event")
        await pilot.press("tab", "tab", "s")
        ended = lambda: [  # noqa: E731
            v for v in load(team)[0] if isinstance(v, e.TurnEnded) and v.agent == "agent-2"
        ]
        pause = lambda: screen.picture.pause  # noqa: E731
        await until(pilot, lambda: ended() and pause() and pause().seq > ended()[0].seq)
        assert pause().at == ended()[0].seq
        await pilot.press("b")
        await pilot.pause()
        await type_in(pilot, "event:task-claimed")
        await shown(pilot, "event:task-claimed  ")
        await pilot.press("escape", "space")
        await until(pilot, lambda: screen.picture.state.why_paused.startswith("breakpoint 1"))
        at = screen.picture.pause.at if screen.picture.pause else 0
        assert isinstance(load(team)[0][at - 1], e.TaskClaimed)
        author = screen.picture.author_of(at)
        await until(pilot, lambda: screen.pane and screen.pane.agent == author)
        await shown(pilot, "‖ paused: breakpoint 1")
