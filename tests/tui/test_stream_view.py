"""The widget in a running app: what is on the screen, what is refreshed, and what a reader does."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from textual.selection import Selection
from textual.strip import Strip

from tui.views.row import KINDS, Row
from tui.widgets.stream import StreamView

WIDTH, HEIGHT = 30, 10


class Host(App[None]):
    """A screen that is one view."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__()
        self._rows = rows
        self.selected: list[int] = []

    def compose(self) -> ComposeResult:
        yield StreamView(self._rows)

    def on_stream_view_selected(self, message: StreamView.Selected) -> None:
        assert message.control is message.view
        self.selected.append(message.ref)

    @property
    def view(self) -> StreamView:
        return self.query_one(StreamView)


@asynccontextmanager
async def showing(*rows: Row) -> AsyncIterator[tuple[Host, StreamView, Pilot[None]]]:
    app = Host(list(rows))
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        app.view.flush()
        yield app, app.view, pilot


def screen(view: StreamView) -> list[str]:
    """What the view's strips say, each checked to be as wide as the view."""
    strips = view.render_lines(Region(0, 0, *view.size))
    assert len(strips) == view.size.height
    for strip in strips:
        assert strip.cell_length == cell_len(strip.text) == view.size.width
    return [strip.text.rstrip(" ▐") for strip in strips]


def numbered(count: int) -> list[Row]:
    return [Row("text", f"row {number}", ref=number + 1) for number in range(count)]


async def test_rows_wrap_and_are_never_markup() -> None:
    rows = (
        Row("heading", "Round 1"),
        Row("action", "write_file [bold]mean.py[/bold] now", "✎", 1),
        Row("error", "你好你好你好你好你好你好你好好", "✗"),
        Row("unknown", "\x1b[2Jgone?", "too wide"),
    )
    async with showing(*rows) as (_, view, _pilot):
        assert screen(view) == [
            "  Round 1",
            "✎ write_file",
            "  [bold]mean.py[/bold] now",
            "✗ 你好你好你好你好你好你好你",
            "  好好",
            "• ␛[2Jgone?",
            *[""] * 4,
        ]


async def test_only_changed_rows_are_refreshed() -> None:
    async with showing(*numbered(4)) as (_, view, _pilot):
        assert view.flush() == 0
        view.stream("one")
        assert view.flush() == 1
        before = view.render_lines(Region(0, 0, WIDTH, HEIGHT))
        view.stream(" two three four five six seven")
        assert view.flush() == 2
        after = view.render_lines(Region(0, 0, WIDTH, HEIGHT))
        assert [old is new for old, new in zip(before, after, strict=True)] == [
            *[True] * 4, False, False, *[True] * 4
        ]  # fmt: skip
        assert view.flush() == 0


async def test_streamed_text_is_one_row_until_it_is_closed() -> None:
    async with showing() as (_, view, _pilot):
        for token in ("def ", "mean(", "values)", ":\n", "\treturn 1\n"):
            view.stream(token, ref=7)
        view.close_stream()
        view.stream("next")
        view.append([Row("result", "ok", "✓")])
        assert list(view.store.rows()) == [
            Row("text", "def mean(values):\n    return 1", "", 7),
            Row("text", "next"),
            Row("result", "ok", "✓"),
        ]
        view.flush()
        assert screen(view)[:4] == ["  def mean(values):", "      return 1", "  next", "✓ ok"]


async def test_a_mark_touches_its_row_alone() -> None:
    async with showing(*numbered(5)) as (_, view, _pilot):
        view.mark(3, "◆", "finding")
        assert view.flush() == 1
        assert screen(view)[2] == "◆ row 2"
        view.mark(9, "▲", "error")
        assert view.flush() == 0
        view.append([Row("text", "later", ref=9)])
        view.flush()
        assert screen(view)[5] == "▲ later"


async def test_details_unfold_and_fold() -> None:
    rows = [Row("action", "write_file", "✎", 1, ("def f():", "\treturn 1")), Row("text", "after")]
    async with showing(*rows) as (_, view, _pilot):
        assert screen(view)[:2] == ["✎▸write_file", "  after"]
        view.toggle_details()
        assert view.expanded
        assert screen(view)[:4] == ["✎▾write_file", "  def f():", "      return 1", "  after"]
        view.toggle_details()
        assert screen(view)[:2] == ["✎▸write_file", "  after"]


async def test_scrolled_up_nothing_moves_and_a_hint_tells() -> None:
    async with showing(*numbered(100)) as (_, view, pilot):
        view.focus()
        await pilot.press("pageup")
        assert not view.following
        held = screen(view)
        assert held[0] == "  row 81"
        view.append(numbered(3))
        view.flush()
        assert screen(view)[:-1] == held[:-1]
        assert screen(view)[-1].endswith("▼ 3 new")
        view.stream("a")
        assert view.flush() == 1  # the hint
        view.stream("b")
        assert view.flush() == 0
        await pilot.press("end")
        assert view.following
        assert screen(view)[-2:] == ["  row 2", "  ab"]


@pytest.mark.parametrize(
    ("keys", "top"),
    [
        (["up"], "  row 89"),
        (["up", "up", "down"], "  row 89"),
        (["pageup", "pageup", "pagedown"], "  row 81"),
        (["home"], "  row 0"),
        (["home", "down"], "  row 1"),
        (["home", "end"], "  row 90"),
    ],
)
async def test_keys_scroll(keys: list[str], top: str) -> None:
    async with showing(*numbered(100)) as (_, view, pilot):
        view.focus()
        await pilot.press(*keys)
        assert screen(view)[0] == top


async def test_the_wheel_scrolls() -> None:
    async with showing(*numbered(100)) as (_, view, pilot):
        turn = (view, 3, 3, 0, 0, 0, False, False, False)
        view.post_message(events.MouseScrollUp(*turn))
        await pilot.pause()
        assert not view.following
        assert screen(view)[0] != "  row 90"
        view.post_message(events.MouseScrollDown(*turn))
        await pilot.pause()
        assert view.following


async def test_the_scrollbar_can_be_dragged() -> None:
    async with showing(*numbered(1_000)) as (_, view, pilot):
        bar = WIDTH - 1
        await pilot.mouse_down(StreamView, offset=(bar, 0))
        assert screen(view)[0] == "  row 0"
        await pilot.hover(StreamView, offset=(bar, 5))
        assert 400 < int(screen(view)[0].split()[1]) < 700
        await pilot.hover(StreamView, offset=(bar, HEIGHT - 1))
        await pilot.mouse_up(StreamView, offset=(bar, HEIGHT - 1))
        assert view.following
        assert not view.screen.selections


async def test_resizing_wraps_anew_and_keeps_the_place() -> None:
    rows = [
        Row("text", f"row {number} has some words to wrap at any width") for number in range(80)
    ]
    async with showing(*rows) as (_, view, pilot):
        view.scroll_lines(-60)
        first = screen(view)[0]
        await pilot.resize_terminal(17, HEIGHT)
        assert screen(view)[0].split()[0] == first.split()[0]
        await pilot.resize_terminal(WIDTH, HEIGHT + 5)
        assert screen(view)[0] == first
        view.follow()
        assert screen(view)[-1].endswith("any width")
        await pilot.resize_terminal(20, 4)
        assert screen(view)[-1].endswith("any width")


async def test_selected_text_is_what_was_said() -> None:
    rows = [Row("text", "one two three four five six seven"), Row("result", "eight", "✓")]
    async with showing(*rows) as (app, view, pilot):
        await pilot.mouse_down(StreamView, offset=(6, 0))
        await pilot.hover(StreamView, offset=(5, 2))
        await pilot.mouse_up(StreamView, offset=(5, 2))
        assert app.screen.get_selected_text() == "two three four five six seven\neigh"
        view.append(numbered(50))
        view.flush()
        await pilot.resize_terminal(12, HEIGHT)
        assert app.screen.get_selected_text() == "two three four five six seven\neigh"
        assert view.get_selection(Selection(None, None)) == (
            "\n".join(row.text for row in [*rows, *numbered(50)]),
            "\n",
        )
        assert view.get_selection(Selection(Offset(-1, 1), Offset(99, 1))) == ("eight", "\n")


async def test_selected_text_is_seen() -> None:
    async with showing(Row("text", "one two three")) as (app, view, pilot):
        plain = view.render_lines(Region(0, 0, WIDTH, HEIGHT))[0]
        app.screen.selections = {view: Selection(Offset(4, 0), Offset(7, 0))}
        await pilot.pause()
        strip = view.render_lines(Region(0, 0, WIDTH, HEIGHT))[0]
        assert [segment.text for segment in strip][:2] == ["  one ", "two"]
        assert strip.text == plain.text
        app.screen.clear_selection()
        await pilot.pause()
        assert len(list(view.render_lines(Region(0, 0, WIDTH, HEIGHT))[0])) == 1


async def test_a_mark_clicked_or_a_row_clicked_twice_is_selected() -> None:
    rows = [Row("finding", "overwrite", "◆", 5), Row("text", "words", ref=6), Row("text", "none")]
    async with showing(*rows) as (app, _, pilot):
        await pilot.click(StreamView, offset=(0, 0))
        await pilot.click(StreamView, offset=(4, 1))
        assert app.selected == [5]
        await pilot.click(StreamView, offset=(4, 1), times=2)
        await pilot.click(StreamView, offset=(4, 2), times=2)
        await pilot.click(StreamView, offset=(4, 8), times=2)
        assert app.selected == [5, 6]


async def test_a_row_is_revealed_by_its_reference() -> None:
    async with showing(*numbered(2_000)) as (_, view, _pilot):
        assert view.reveal(101)
        assert "  row 100" in screen(view)
        assert not view.following
        assert not view.reveal(9_999)
        assert view.reveal(2_000)
        assert view.following


async def test_everything_can_be_replaced() -> None:
    async with showing(*numbered(100)) as (_, view, _pilot):
        view.mark(1, "◆")
        view.scroll_lines(-20)
        view.replace_all(numbered(3))
        view.flush()
        assert view.following
        assert screen(view)[:4] == ["  row 0", "  row 1", "  row 2", ""]
        view.clear()
        view.flush()
        assert screen(view) == [""] * HEIGHT


async def test_a_change_of_theme_changes_every_row() -> None:
    rows = [Row(kind, kind, "•", 1) for kind in KINDS]
    async with showing(*rows) as (app, view, pilot):
        before = view.render_lines(Region(0, 0, WIDTH, HEIGHT))
        assert len({segment.style for strip in before for segment in strip}) >= 6
        app.theme = "textual-light"
        await pilot.pause()
        view.flush()
        after = view.render_lines(Region(0, 0, WIDTH, HEIGHT))
        for old, new in zip(before, after, strict=True):
            assert old.text == new.text
            assert [segment.style for segment in old] != [segment.style for segment in new]


async def test_without_colour_no_colour_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with showing(Row("error", "red?", "✗")) as (_, view, _pilot):
        styles = [segment.style for segment in view.render_lines(Region(0, 0, WIDTH, 1))[0]]
        for style in styles:
            assert style is not None
            assert style.color is None or style.color.triplet is None or len(
                set(style.color.triplet)
            ) == 1  # fmt: skip


async def test_tiny_and_hidden_views_survive() -> None:
    async with showing(*numbered(20)) as (_, view, pilot):
        for size in ((1, 1), (2, 1), (3, 2), (4, 1), (40, 1)):
            await pilot.resize_terminal(*size)
            view.stream("wörd 你好 ")
            view.flush()
            strips = view.render_lines(Region(0, 0, *view.size))
            assert [strip.cell_length for strip in strips] == [size[0]] * size[1]
        view.display = False
        await pilot.pause()
        view.stream("unseen")
        view.flush()
        view.display = True
        await pilot.pause()
        view.flush()
        assert view.store.text(view.store.end - 1).endswith("unseen")


async def test_a_view_can_flush_by_itself() -> None:
    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield StreamView(rate=200)

    app = Alone()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        view = app.query_one(StreamView)
        view.stream("by itself")
        while "by itself" not in "".join(screen(view)):
            await pilot.pause(0.005)


async def test_dropped_lines_are_freed_without_the_cycle_collector() -> None:
    async with showing() as (_, view, pilot):

        def alive() -> int:
            return sum(isinstance(thing, Strip) for thing in gc.get_objects())

        view.append(numbered(30))
        view.flush()
        await pilot.pause()
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                view.stream("some more words ")
                view.flush()
                await pilot.pause(0.02)  # lets the screen paint
            before = alive()
            gc.collect()
            assert alive() == before
        finally:
            gc.enable()
