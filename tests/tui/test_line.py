"""Lines, widths and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.views import words
from tui.views.line import (
    Span,
    cells,
    clip,
    clip_start,
    data,
    fit,
    flat,
    pad,
    plain,
    spread,
    width_of,
)

TEXTS = st.text(alphabet=st.sampled_from("ab 世é́…\n"), max_size=20)


@given(TEXTS, st.integers(0, 24))
def test_clipped_text_fits(text: str, width: int) -> None:
    assert cells(clip(text, width)) <= width
    assert cells(clip_start(text, width)) <= width


@given(TEXTS, st.integers(0, 24))
def test_padded_text_fills_its_width(text: str, width: int) -> None:
    assert cells(pad(text, width)) == width
    assert cells(pad(text, width, right=True)) == width


@given(st.lists(TEXTS, max_size=4), st.integers(0, 30))
def test_fitted_lines_fit(texts: list[str], width: int) -> None:
    line = tuple(Span(text) for text in texts)
    assert width_of(fit(line, width)) <= width


@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3), st.integers(0, 40))
def test_spread_lines_fill_their_width_or_clip(
    left: list[str], right: list[str], width: int
) -> None:
    line = spread([Span(t) for t in left], [Span(t) for t in right], width)
    assert width_of(line) <= width


def test_clip_says_that_something_is_missing() -> None:
    assert clip("claimed task-1", 8) == "claimed…"
    assert clip_start("src/deep/mean.py", 9) == "…/mean.py"
    assert clip("世界世界", 4) == "世…"


def test_data_is_one_line_that_acts_on_nothing() -> None:
    assert flat("a\nb\tc") == "a b c"
    assert "\x1b" not in data("\x1b[31mred").text
    assert flat("  two  blanks stay") == "  two  blanks stay"


def test_the_right_end_goes_first_when_room_is_short() -> None:
    assert plain(spread([Span("left")], [Span("right")], 12)) == "left   right"
    assert plain(spread([Span("left")], [Span("right")], 9)) == "left     "


@pytest.mark.parametrize(
    ("seconds", "clock", "duration"),
    [
        (0, "0:00", "0.0s"),
        (3.24, "0:03", "3.2s"),
        (9.97, "0:09", "9s"),
        (75, "1:15", "1m15s"),
        (3723, "1:02:03", "1h02m"),
        (-1, "0:00", "0.0s"),
    ],
)
def test_times(seconds: float, clock: str, duration: str) -> None:
    assert words.clock(seconds) == clock
    assert words.duration(seconds) == duration


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (3400, "3.4k"), (127_000, "127k"), (1.2e6, "1.2M")]
)
def test_counts(number: float, text: str) -> None:
    assert words.count(number) == text


def test_other_words() -> None:
    assert words.money(0.0042) == "$0.0042"
    assert words.money(1.368) == "$1.37"
    assert words.share(0.634) == "63%"
    assert words.plural(1, "line") == "1 line"
    assert words.plural(2, "reply", "replies") == "2 replies"
    assert [words.lines_in(text) for text in ("", "a", "a\n", "a\nb")] == [0, 1, 1, 2]
