"""Lines partition the text, fit, break well, and can be continued at the end."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.linestore import Wrapped
from tui.widgets.wrapping import _mixed, _narrow, cells, longest, wrap

TEXT = st.text(st.sampled_from("ab  cde\n你🙂e\u0301—é"), max_size=80)
ASCII = st.text(st.sampled_from("ab   c-"), max_size=120)
WIDTH = st.integers(1, 12)
PIECE = re.compile("[你🙂]\u0301*|[^ \n你🙂]+")
"""What cannot be broken: a wide character, or a run of narrow ones."""
HANGING = re.compile("( \u0301*)*\n?$")
"""What may stand beyond the edge, because it does not show: blanks at the end of a line."""


@given(TEXT, WIDTH)
def test_lines_are_a_partition(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines) == text
    assert sum(line.endswith("\n") for line in lines) == text.count("\n")
    assert all("\n" not in line[:-1] for line in lines)


@given(TEXT, WIDTH)
def test_lines_fit(text: str, width: int) -> None:
    for line in wrap(text, width):
        shown = HANGING.sub("", line)
        assert cells(shown) == cell_len(shown)
        assert cells(shown) <= width or (width == 1 and len(shown.replace("\u0301", "")) == 1)


@given(TEXT, WIDTH)
def test_greedy_and_whole_words(text: str, width: int) -> None:
    lines = wrap(text, width)
    for line, following in pairwise(lines):
        if line.endswith("\n") or not line.strip():
            continue
        piece = PIECE.match(following)
        assert piece is not None  # no line but the first of a paragraph begins with a blank
        assert cells(line) + cells(piece[0]) > width
        if line.rstrip("\u0301")[-1:] not in " 你🙂" and piece[0][0] not in "你🙂":
            assert cells(line) == width  # a word is cut only where the line is full


@given(ASCII, WIDTH)
def test_the_fast_way_is_the_general_way(text: str, width: int) -> None:
    fast: list[str] = []
    general: list[str] = []
    _narrow(text, len(text), width, fast)
    _mixed(text, len(text), width, general)
    assert fast == general


@given(st.lists(TEXT, max_size=8), WIDTH)
def test_growing_is_wrapping_the_whole(chunks: list[str], width: int) -> None:
    wrapped = Wrapped([""])
    for chunk in chunks:
        wrapped.extend(chunk, width)
    whole = Wrapped(wrap("".join(chunks), width))
    assert wrapped.lines == whole.lines
    assert wrapped.starts == whole.starts


@pytest.mark.parametrize("forever", [" ", "e\u0301"[1]])
def test_what_takes_no_room_does_not_make_a_line_for_ever(forever: str) -> None:
    lines = wrap("x" + forever * 5_000, 10)
    assert "".join(lines) == "x" + forever * 5_000
    assert max(map(len, lines)) == longest(10)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two", 5, ["one ", "two"]),
        ("one two", 3, ["one ", "two"]),
        ("one  two ", 4, ["one  ", "two "]),
        ("abcdefg", 3, ["abc", "def", "g"]),
        ("a bcdefg", 3, ["a ", "bcd", "efg"]),
        ("  indented", 6, ["  inde", "nted"]),
        ("a\n\nb\n", 5, ["a\n", "\n", "b\n", ""]),
        ("你好吗", 4, ["你好", "吗"]),
        ("ab你好", 5, ["ab你", "好"]),
        ("abc def你", 7, ["abc def", "你"]),
        ("你", 1, ["你"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
    ],
)
def test_examples(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines
