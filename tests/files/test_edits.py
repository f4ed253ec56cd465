import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.files.edits import replace_once
from workspaces.files.refusals import WriteRefused

TEXT = """\
def mean(values):
    return sum(values) / len(values)


def double(x):
    return 2 * x
"""


def refused(text: str, search: str) -> WriteRefused:
    with pytest.raises(WriteRefused) as caught:
        replace_once("mean.py", text, search, "")
    return caught.value


def test_one_occurrence_is_replaced() -> None:
    assert replace_once("mean.py", TEXT, "2 * x", "x + x") == TEXT.replace("2 * x", "x + x")


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=3), st.text(max_size=3))
def test_exactly_one_place_or_a_refusal(text: str, search: str, replacement: str) -> None:
    places = [i for i in range(len(text)) if text.startswith(search, i)] if search else []
    if len(places) == 1:
        at = places[0]
        expected = text[:at] + replacement + text[at + len(search) :]
        assert replace_once("f", text, search, replacement) == expected
    else:
        assert refused(text, search).code == ("ambiguous" if places else "no-match")


def test_ambiguity_names_the_lines() -> None:
    error = refused(TEXT, "    return ")
    assert error.code == "ambiguous"
    assert "lines 2, 6" in error.reason


def test_other_whitespace_is_shown_as_it_is() -> None:
    error = refused(TEXT, "def double(x):\n  return 2 * x")
    assert error.code == "no-match"
    assert "5: def double(x):\n6:     return 2 * x" in error.reason


def test_the_closest_lines_are_shown() -> None:
    assert (
        "2:     return sum(values) / len(values)"
        in refused(TEXT, "    return sum(values) / max(len(values), 1)").reason
    )


def test_nothing_close_and_nothing_at_all() -> None:
    assert "Read the file again" in refused(TEXT, "@@@@@@@@@@@@").reason
    assert "empty" in refused("", "x").reason
    assert "empty" in refused(TEXT, "").reason


def test_a_quote_is_bounded() -> None:
    text = "\n".join(f"{'x' * 5000}{n}" for n in range(3000))
    assert len(refused(text, "x" * 4000 + "y").reason) < 4000
