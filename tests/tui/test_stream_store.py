"""Whatever is done to a store, its lines are what wrapping all its text anew would give."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.views.row import Row
from tui.widgets.linestore import Line, LineStore, Spot
from tui.widgets.wrapping import wrap

TEXT = st.text(st.sampled_from("ab cd\n你é\t\x1b"), max_size=30)
ROWS = st.lists(
    st.builds(
        Row,
        kind=st.sampled_from(["text", "action"]),
        text=TEXT,
        mark=st.sampled_from(["", "✓"]),
        ref=st.integers(0, 20),
        detail=st.lists(TEXT, max_size=2).map(tuple),
    ),
    max_size=4,
)


class Plain:
    """A store that does everything the slow way: the specification."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.open = False

    def append(self, rows: list[Row]) -> None:
        self.close()
        self.rows += rows

    def stream(self, text: str) -> None:
        if not self.open:
            self.rows.append(Row("text", ""))
            self.open = True
        self.rows[-1] = Row("text", self.rows[-1].text + text)

    def close(self) -> None:
        if self.open:
            self.rows[-1] = Row("text", self.rows[-1].text.rstrip("\n"))
            self.open = False

    def lines(self, width: int, detailed: bool) -> list[tuple[int, str]]:
        result = []
        for number, row in enumerate(self.rows):
            parts = (row.text, *row.detail) if detailed and row.detail else (row.text,)
            text = "\n".join(parts).replace("\x1b", "␛").replace("\t", "    ")
            result += [(number, line) for line in wrap(text, width)]
        return result


OPERATION = st.one_of(
    st.tuples(st.just("append"), ROWS),
    st.tuples(st.just("stream"), TEXT),
    st.tuples(st.just("stream"), TEXT),
    st.tuples(st.just("close"), st.none()),
    st.tuples(st.just("resize"), st.integers(1, 12)),
    st.tuples(st.just("expand"), st.booleans()),
)


def apply(store: LineStore, plain: Plain, name: str, argument: object) -> None:
    for target in (store, plain):
        if name in {"resize", "expand"} and target is plain:
            continue
        method: Callable[..., None] = getattr(target, name)
        method(*(() if argument is None else (argument,)))


@given(st.lists(OPERATION, max_size=25), st.integers(1, 6))
def test_lines_are_those_of_the_whole_text(
    operations: list[tuple[str, object]], block: int
) -> None:
    store, plain = LineStore(7, block=block), Plain()
    for name, argument in operations:
        apply(store, plain, name, argument)
        expected = plain.lines(store.width, store.detailed)
        lines = store.lines(Spot(0, 0), 10_000)
        assert [(line.row, line.text) for line in lines] == expected
        assert store.count(Spot(0, 0), 10_000) == len(expected)
        assert [row.ref for row in store.rows()] == [row.ref for row in plain.rows]


@given(st.lists(OPERATION, max_size=15), st.integers(1, 6), st.data())
def test_moving_is_counting_lines(
    operations: list[tuple[str, object]], block: int, data: st.DataObject
) -> None:
    store, plain = LineStore(7, block=block), Plain()
    for name, argument in [("append", [Row("text", "first row")]), *operations]:
        apply(store, plain, name, argument)
    lines = store.lines(Spot(0, 0), 10_000)
    at = data.draw(st.integers(0, len(lines) - 1))
    by = data.draw(st.integers(-40, 40))
    target = lines[min(max(at + by, 0), len(lines) - 1)]
    assert store.move(Spot(lines[at].row, lines[at].offset), by) == target[:2]
    last = lines[-by:] if by > 0 else lines[-1:]
    assert store.tail(by) == last[0][:2]
    assert store.lines(Spot(*lines[at][:2]), 3) == lines[at : at + 3]


@given(st.lists(OPERATION, max_size=15), st.floats(0, 1))
def test_any_depth_is_a_place(operations: list[tuple[str, object]], share: float) -> None:
    store, plain = LineStore(7, block=3), Plain()
    for name, argument in [("append", [Row("text", "first row")]), *operations]:
        apply(store, plain, name, argument)
    spot = store.at(share * store.extent)
    assert any((line.row, line.offset) == spot for line in store.lines(Spot(0, 0), 10_000))
    assert 0 <= store.depth(Spot(0, 0)) <= store.extent


def test_depth_and_place_agree() -> None:
    store = LineStore(40, block=100)
    store.append(Row("text", f"row {number}") for number in range(1_050))
    for number in (0, 99, 100, 555, 999, 1_000, 1_049):
        assert abs(store.at(store.depth(Spot(number, 0))).row - number) <= 1


def test_rows_are_found_by_reference_wherever_they_are() -> None:
    store = LineStore(40, block=10)
    store.append(Row("text", "x", ref=number) for number in range(1, 36))
    store.stream("open", ref=77)
    assert [store.find(ref) for ref in (1, 10, 11, 35, 77)] == [0, 9, 10, 34, 35]
    assert store.find(99) is None


def test_a_spent_budget_drops_the_oldest_and_says_so() -> None:
    store = LineStore(60, budget=2_000, block=50)
    store.append(Row("text", f"{number * 7919 % 10_007} words {number}") for number in range(2_000))
    assert store.packed <= 2_000
    assert 0 < store.dropped < 2_000
    lines = store.lines(Spot(store.first, 0), 3)
    assert lines[0].text == f"{store.dropped} earlier rows are only in the recording"
    assert lines[1] == Line(
        store.dropped, 0, f"{store.dropped * 7919 % 10_007} words {store.dropped}"
    )
    assert store.clamp(Spot(0, 0)) == (store.first, 0)
    assert store.move(Spot(store.end, 0), -5_000) == (store.first, 0)
    with pytest.raises(IndexError):
        store.row(0)


def test_numbers_are_never_used_again() -> None:
    store = LineStore(40)
    store.append([Row("text", "a"), Row("text", "b")])
    store.replace([Row("text", "c")])
    assert (store.first, store.end) == (2, 3)
    assert store.text(2) == "c"
    assert store.clamp(Spot(0, 5)) == (2, 0)


def test_packed_rows_are_much_smaller_than_their_text() -> None:
    store = LineStore(40)
    store.append(
        Row("text", f"def mean(values): return sum(values) / len(values)  # {number}", ref=number)
        for number in range(20_480)
    )
    characters = sum(len(row.text) for row in store.rows())
    assert 0 < store.packed < characters / 2
