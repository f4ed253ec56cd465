"""Looking into agents, events and the task graph."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from agents.debugger.causality import Causality
from agents.debugger.cut import Cut
from tests.scenarios.crosstalk import headless
from tests.tui import histories
from tests.tui.conftest import picture_of
from tests.tui.driving import app_on, recorded, settle, text_of, watching
from tests.tui.histories import Story
from tui.books import Books
from tui.screens.inspecting import InspectScreen
from tui.screens.walking import EventScreen
from tui.views.inspector import TABS, Look
from tui.views.line import plain, width_of
from tui.views.taskgraph import depths, listing, rows
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import Task
from workspaces.history.tape import Played


async def until(pilot: Pilot[list[str]], holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(30):
        while not holds():
            await pilot.pause(0.01)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole session of simulated models."""
    home = tmp_path_factory.mktemp("real")
    headless(home, home / "s", "-n", "3", "--seed", "5")
    return home / "s"


def cut_at(folder: Path, place: int) -> Cut:
    cut = Cut()
    for event in load(folder)[0][:place]:
        cut.observe(event)
    return cut


def test_a_context_is_shown_word_for_word_and_in_its_order(real: Path) -> None:
    cut = cut_at(real, len(load(real)[0]))
    for agent in cut.state.agents:
        page = TABS["Context"](Look(cut, agent, 4000))
        shown = [plain(line) for line in page.lines]
        messages = cut.context(agent)
        assert len(page.stops) == len(messages) > 1
        for stop, message in zip(page.stops, messages, strict=True):
            assert message.role in shown[stop]
            rows = message.text.splitlines()
            assert [line.rstrip() for line in shown[stop + 1 : stop + 1 + len(rows)]] == [
                row.rstrip() for row in rows
            ]


@pytest.mark.parametrize("width", [60, 110])
def test_every_page_fits(real: Path, width: int) -> None:
    cut = cut_at(real, 400)
    for agent in cut.state.agents:
        for page in TABS.values():
            wide = [x for x in page(Look(cut, agent, width)).lines if width_of(x) > width]
            assert not wide


def test_files_that_have_moved_on_are_told(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2)
    for name in story.names:
        story.begin(name)
    story.write("agent-1", "a.py", "1")
    story.read("agent-2", "a.py")
    story.write("agent-1", "a.py", "2")
    story.close()
    cut = cut_at(tmp_path, story.state.seq)
    text = "\n".join(map(plain, TABS["Files"](Look(cut, "agent-2", 80)).lines))
    assert "1 file of 1 it does not know the newest of" in text
    assert "! a.py" in text
    assert "1 behind, by agent-1" in text
    own = "\n".join(map(plain, TABS["Files"](Look(cut, "agent-1", 80)).lines))
    assert "0 files of 1" in own


def test_mail_by_what_became_of_it(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2)
    story.send("agent-1", "read me", "agent-2")
    for text in ("on its way", "kept"):
        story.add(e.MessageSent(agent="agent-1", to=("agent-2",), text=text))
    kept = story.state.seq
    story.add(e.MessageWithheld(agent=e.USER, message=kept, to=("agent-2",), until=75.0))
    story.add(e.MessageEdited(agent=e.USER, message=kept, to=("agent-2",), text="[b]changed"))
    story.close()
    cut = cut_at(tmp_path, story.state.seq)
    rows = [plain(line) for line in TABS["Mail"](Look(cut, "agent-2", 80)).lines]
    parts = "\n".join(rows)
    assert parts.index("On its way 1") < parts.index("on its way") < parts.index("Kept back 1")
    assert "until 1:15 · changed by you" in parts
    assert "[b]changed" in parts
    assert parts.index("Read 1") < parts.index("read me")


async def test_an_agent_is_looked_into_by_key(real: Path) -> None:
    app = app_on(recorded(real))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settle(pilot)
        await pilot.press("tab", "tab", "v")
        await until(pilot, lambda: "system" in text_of(app))
        assert "agent-2 at event" in text_of(app)
        await pilot.press("n", "n")
        assert "system" not in text_of(app)
        for key, words in (("2", "On its way"), ("3", "Completed"), ("4", "newest"), ("5", "seen")):
            await pilot.press(key)
            await pilot.pause()
            assert words in text_of(app)
        await pilot.press("shift+tab", "right")
        await until(pilot, lambda: "agent-1 at event" in text_of(app))
        assert isinstance(app.screen, InspectScreen)
        await pilot.press("escape")
        assert app.screen is screen


async def test_causes_and_effects_are_walked(real: Path) -> None:
    events = load(real)[0]
    causality = Causality(events)
    read = next(v for v in events if isinstance(v, e.FileRead) and v.causes)
    app = app_on(recorded(real))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await settle(pilot)
        screen.walk(read.seq)
        await until(pilot, lambda: f"#{read.seq} file-read" in text_of(app))
        over = app.screen
        assert isinstance(over, EventScreen)
        for number in (*causality.causes(read.seq), *causality.effects(read.seq)):
            assert f"#{number} " in text_of(app)
        over.roll.point(f"←{read.causes[0]}")
        await pilot.press("enter")
        await until(pilot, lambda: f"#{read.causes[0]} file-written" in text_of(app))
        assert f"→ #{read.seq}" in text_of(app)
        await pilot.press("backspace")
        await until(pilot, lambda: f"#{read.seq} file-read" in text_of(app))
        await pilot.press("full_stop")
        await until(pilot, lambda: over.seq == read.seq + 1)
        await pilot.press("comma", "g")
        await until(pilot, lambda: screen.picture.state.seq == read.seq)


def test_books_go_forward_and_back(real: Path) -> None:
    events = load(real)[0]
    books = Books(lambda: Played(events))
    for place in (300, 301, 40, len(events)):
        cut = books.cut(place)
        assert cut.seq == place
        assert cut.state == cut_at(real, place).state
    assert len(books.causality()) == len(events)


# The graph -----------------------------------------------------------------------------------


def graph(needs: dict[str, tuple[str, ...]]) -> dict[str, Task]:
    return {name: Task(name, name, "", deps, ()) for name, deps in needs.items()}


def drawing(needs: dict[str, tuple[str, ...]]) -> list[str]:
    return [row.rails.ljust(2 * row.node + 1) for row in rows(graph(needs))]


def test_a_chain_and_a_diamond_are_drawn() -> None:
    chain = rows(graph({"a": (), "b": ("a",), "c": ("b",)}))
    assert [(row.task, row.node, row.depth) for row in chain] == [
        ("a", 0, 0),
        ("b", 0, 1),
        ("c", 0, 2),
    ]
    diamond = rows(graph({"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}))
    assert [row.rails.rstrip() for row in diamond] == ["", "├─", "  │", " ─╯"]
    assert [row.node for row in diamond] == [0, 1, 0, 0]


@given(st.integers(1, 12), st.data())
def test_every_rail_of_any_graph_leads_from_a_need_to_its_task(
    size: int, data: st.DataObject
) -> None:
    needs = {
        f"t{n}": tuple(
            f"t{m}" for m in data.draw(st.sets(st.integers(0, n - 1)) if n else st.just(set()))
        )
        for n in range(size)
    }
    tasks = graph(needs)
    depth = depths(tasks)
    drawn = rows(tasks)
    assert sorted(row.task for row in drawn) == sorted(needs)
    places = {row.task: place for place, row in enumerate(drawn)}
    for name, deps in needs.items():
        assert all(places[dep] < places[name] and depth[dep] < depth[name] for dep in deps)
        last = max((places[user] for user, d in needs.items() if name in d), default=places[name])
        # The rail runs down from the task without a gap to the last one that needs it.
        for row in drawn[places[name] + 1 : last]:
            at = 2 * drawn[places[name]].node
            assert at < len(row.rails)
            assert row.rails[at] in "│├┤┼" or row.node * 2 == at


def test_a_cycle_of_a_damaged_recording_is_drawn() -> None:
    assert len(drawing({"a": ("b",), "b": ("a",), "c": ("gone",)})) == 3


@pytest.mark.parametrize("width", [40, 76, 110])
def test_the_graph_fits(tmp_path: Path, width: int) -> None:
    histories.middle(tmp_path / "history.jsonl")
    drawn = listing(picture_of(tmp_path), width)
    lines = [*drawn.head, *(line for entry in drawn.entries for line in entry.lines)]
    assert all(width_of(line) <= width for line in lines)


async def test_the_graph_opens_a_task(middle: Path) -> None:
    async with watching(middle, (80, 24)) as (pilot, screen):
        await pilot.press("G")
        await until(pilot, lambda: "task-5 variance" in text_of(pilot.app))
        assert "longest chain 3" in text_of(pilot.app)
        await pilot.press("end", "enter")
        await until(pilot, lambda: "waits for" in text_of(pilot.app))
        await pilot.press("escape")
        assert pilot.app.screen is screen
