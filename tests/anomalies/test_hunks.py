"""Line differences: they rebuild the text, count what was lost, and stay cheap."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.anomalies.finding import Lines
from workspaces.anomalies.hunks import (
    MOST_LINES,
    MOST_PAIRS,
    Hunk,
    clashing,
    hunks,
    lines_of,
    lost,
    ranges,
    split,
)

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "  "]), max_size=12)


def patched(old: list[str], changes: list[Hunk]) -> list[str]:
    result, at = [], 0
    for change in changes:
        result += old[at : change.start]
        assert len(result) == change.at
        result += change.lines
        at = change.end
    return result + old[at:]


@given(old=TEXTS, new=TEXTS)
def test_hunks_turn_the_old_text_into_the_new_one(old: list[str], new: list[str]) -> None:
    changes = hunks(old, new)
    assert patched(old, changes) == new
    assert (changes == []) == (old == new)
    for one, following in pairwise(changes):
        assert one.end < following.start


@given(old=TEXTS, new=TEXTS)
def test_lost_lines_are_those_found_nowhere_in_the_new_text(old: list[str], new: list[str]) -> None:
    gone = lost(old, hunks(old, new))
    missing = Counter(old) - Counter(new)
    assert Counter(old[number - 1] for number in gone) == Counter(
        {line: count for line, count in missing.items() if line.strip()}
    )
    assert gone == sorted(set(gone))


@given(base=TEXTS, one=TEXTS, other=TEXTS)
def test_clashes_are_the_pairs_that_touch_and_differ(
    base: list[str], one: list[str], other: list[str]
) -> None:
    ours, theirs = hunks(base, one), hunks(base, other)
    expected = [
        mine
        for mine in ours
        if any(
            not (mine.end < yours.start or yours.end < mine.start)
            and (mine.start, mine.end, mine.lines) != (yours.start, yours.end, yours.lines)
            for yours in theirs
        )
    ]
    assert clashing(ours, theirs) == expected
    assert bool(expected) == bool(clashing(theirs, ours))


def test_adjacent_changes_clash_and_distant_ones_do_not() -> None:
    base = split("1\n2\n3\n4\n5\n")
    first = hunks(base, ["x", *base[1:]])
    assert clashing(first, hunks(base, [base[0], "y", *base[2:]])) == first
    assert clashing(first, hunks(base, [*base[:2], "y", *base[3:]])) == []


def test_the_same_change_made_twice_does_not_clash() -> None:
    base = ["1", "2"]
    change = hunks(base, ["1", "two"])
    assert clashing(change, change) == []
    assert clashing(change, hunks(base, ["1", "deux"])) == change


def test_too_many_lines_are_one_change_and_survive_by_being_found_anywhere() -> None:
    old = ["head", *(f"old {number}" for number in range(MOST_LINES + 1)), "shared", "tail"]
    new = ["head", "shared", *(f"new {number}" for number in range(MOST_LINES + 1)), "tail"]
    changes = hunks(old, new)
    assert [(c.start, c.end) for c in changes] == [(1, len(old) - 1)]
    assert patched(old, changes) == new
    assert len(lost(old, changes)) == MOST_LINES + 1


def test_many_equal_lines_do_not_make_a_quadratic_difference() -> None:
    old = ["}" if number % 2 else f"old {number}" for number in range(900)]
    new = ["}" if number % 2 else f"new {number}" for number in range(900)]
    assert len(hunks(old, new)) == 1


@pytest.mark.parametrize(("more", "hunked"), [(0, 2), (1, 1)])
@pytest.mark.parametrize("added", [True, False])
def test_up_to_so_many_lines_are_compared_line_by_line(more: int, hunked: int, added: bool) -> None:
    """`MOST_LINES` differ on one side, of which all but one are on one side of the shared line."""
    one, other = ["a", "shared", "b"], ["x", "shared", *map(str, range(MOST_LINES - 2 + more))]
    assert len(hunks(*(one, other) if added else (other, one))) == hunked


@pytest.mark.parametrize(("more", "line_by_line"), [(0, True), (1, False)])
def test_up_to_so_many_pairs_of_equal_lines_are_compared(more: int, line_by_line: bool) -> None:
    old = ["a", *["}"] * 50, "b", *["c"] * more]
    new = ["x", *["}"] * (MOST_PAIRS // 50), "y", *["c"] * more, "z"]
    assert (len(hunks(old, new)) > 1) == line_by_line


def test_a_line_that_occurs_often_still_keeps_changes_apart() -> None:
    old, new = (
        [line for number in range(80) for line in (f"{text} {number}", text, "}")]
        for text in ("old", "new")
    )
    assert len(hunks(old, new)) == 80


def test_lines_that_moved_are_counted_as_often_as_they_moved() -> None:
    old, new = ["x", "x", "1", "2", "3"], ["1", "2", "3", "x", "x"]
    assert lost(old, hunks(old, new)) == []
    assert lost(old, hunks(old, new[:4])) == [2]


def test_a_long_file_with_a_small_change_is_compared_line_by_line() -> None:
    old = [str(number) for number in range(50_000)]
    assert hunks(old, [*old[:100], "x", *old[101:]]) == [Hunk(100, 101, 100, ("x",))]


def test_only_line_feeds_end_lines() -> None:
    assert split("") == []
    assert split("\n") == [""]
    assert split("a\x0cb\u2028c\r\nd") == ["a\x0cb\u2028c\r", "d"]


def test_ranges_and_places() -> None:
    assert ranges([1, 2, 3, 5, 7, 8]) == [(1, 3), (5, 5), (7, 8)]
    assert ranges([]) == []
    changes = hunks(["a", "b", "c"], ["a", "x", "y", "c"])
    assert lines_of("p", changes) == (Lines("p", 2, 3),)
    assert lines_of("p", hunks(["a", "b"], ["a"])) == ()
