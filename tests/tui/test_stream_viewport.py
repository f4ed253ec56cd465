"""The view follows the end, and never moves under a reader who has scrolled up."""

from hypothesis import given
from hypothesis import strategies as st

from tui.views.row import Row
from tui.widgets.linestore import LineStore
from tui.widgets.viewport import Viewport

CHUNK = st.text(st.sampled_from("ab c\n你"), max_size=40)
ARRIVAL = st.one_of(
    st.tuples(st.just("stream"), CHUNK),
    st.tuples(st.just("append"), st.lists(CHUNK.map(lambda text: Row("text", text)), max_size=5)),
    st.tuples(st.just("close"), st.none()),
)


def filled(rows: int, block: int = 8) -> tuple[LineStore, Viewport]:
    store = LineStore(20, block=block)
    store.append(
        Row("text", f"row {number} and a little more", ref=number) for number in range(rows)
    )
    return store, Viewport(store)


def arrive(store: LineStore, view: Viewport, arrival: tuple[str, object]) -> None:
    name, argument = arrival
    getattr(store, name)(*(() if argument is None else (argument,)))
    view.arrived()


@given(st.lists(ARRIVAL, max_size=30), st.integers(1, 12))
def test_following_keeps_the_last_line_on_the_screen(
    arrivals: list[tuple[str, object]], height: int
) -> None:
    store, view = filled(0)
    for arrival in arrivals:
        arrive(store, view, arrival)
        lines = view.lines(height)
        assert lines == store.lines(view.top, height)
        if store.end > store.first:
            last = store.tail(1)
            assert (lines[-1].row, lines[-1].offset) == last
            assert len(lines) >= min(height - height // 2, store.count(view.top, height))
    for _ in range(60):
        lines = view.lines(height)
    assert not view.unsettled
    assert lines == store.lines(store.tail(height), height)  # at rest nothing is left empty


@given(st.lists(ARRIVAL, max_size=30), st.integers(1, 12), st.integers(1, 60))
def test_a_reader_who_scrolled_up_is_not_moved(
    arrivals: list[tuple[str, object]], height: int, up: int
) -> None:
    store, view = filled(40)
    view.lines(height)
    view.move(-up)
    before = view.lines(height)
    assert not view.following
    for arrival in arrivals:
        arrive(store, view, arrival)
        assert view.lines(height) == before


@given(st.lists(st.integers(2, 60), max_size=6), st.integers(1, 70))
def test_resizing_and_back_returns_to_the_place(widths: list[int], up: int) -> None:
    store, view = filled(50)
    view.lines(5)
    view.move(-up)
    before = view.lines(5)
    for width in widths:
        store.resize(width)
        lines = view.lines(5)
        assert (lines[0].row, lines[0].offset) <= (before[0].row, before[0].offset)
        assert len(lines) == 5
    store.resize(20)
    assert view.lines(5) == before


def test_fast_text_moves_the_view_by_half_screens_and_slow_text_by_lines() -> None:
    store, view = filled(50)
    tops = set()
    for _ in range(100):
        store.stream("x" * 20)
        view.lines(10)
        tops.add(view.top)
    assert len(tops) < 30
    for _ in range(100):
        view.lines(10)
    tops.clear()
    for step in range(200):
        store.stream("x")
        lines = view.lines(10)
        tops.add(view.top)
        assert step < 20 or len(lines) == 10
    assert 9 <= len(tops) <= 11


def test_one_long_result_is_not_a_fast_stream() -> None:
    store, view = filled(50)
    view.lines(10)
    store.append(Row("result", f"{number}") for number in range(500))
    assert len(view.lines(10)) == 10


def test_the_hint_counts_rows_that_came_below() -> None:
    store, view = filled(50)
    view.lines(10)
    assert view.hint == ""
    view.move(-3)
    assert view.hint == ""
    arrive(store, view, ("stream", "more"))
    arrive(store, view, ("append", [Row("text", "x")] * 4))
    assert view.hint == "▼ 5 new"
    view.move(-3)
    assert view.hint == "▼ 5 new"
    view.to_end()
    assert view.hint == ""
    assert view.following


def test_text_that_extends_an_open_row_is_new_too() -> None:
    store, view = filled(50)
    store.stream("open")
    view.lines(10)
    view.move(-3)
    arrive(store, view, ("stream", " and on"))
    assert view.hint == "▼ new"


def test_scrolling_down_to_the_end_follows_again() -> None:
    _, view = filled(50)
    view.lines(10)
    view.move(-7)
    view.move(6)
    assert not view.following
    view.move(1)
    assert view.following


def test_the_thumb_is_where_the_view_is() -> None:
    store, view = filled(200)
    view.lines(10)
    assert list(view.thumb()) == [9]
    view.to_start()
    assert list(view.thumb()) == [0]
    view.to_share(0.5)
    assert list(view.thumb()) in ([4], [5])
    assert abs(view.top.row - 100) < 5
    view.to_share(1)
    assert view.following
    store.replace([Row("text", "short")])
    view.reset()
    view.lines(10)
    assert list(view.thumb()) == []
