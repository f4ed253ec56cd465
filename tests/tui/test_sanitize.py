"""Text of agents cannot act on the terminal, however it is cut."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.views.sanitize import REPLACEMENT, sanitize

NASTY = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"]),
        st.sampled_from("\x1b\r\n\t\x9b\u202e\u200b\u200d\ufe0f\U000e0041[31mab"),
    )
)

FORMATS_THAT_SHOW = set(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Format characters with a shape of their own: signs around Arabic and Kaithi numbers."""


@given(NASTY)
def test_nothing_that_acts_is_left(text: str) -> None:
    for character in sanitize(text):
        category = unicodedata.category(character)
        assert character in "\n\t" or category not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
        }  # fmt: skip


@pytest.mark.parametrize("plane", range(17))
def test_no_invisible_format_character_is_left(plane: int) -> None:
    every = "".join(map(chr, range(plane << 16, (plane + 1) << 16)))
    left = {character for character in sanitize(every) if unicodedata.category(character) == "Cf"}
    shown = {character for character in left if not 0x13430 <= ord(character) <= 0x1345F}
    assert shown <= FORMATS_THAT_SHOW  # hieroglyph joiners (U+13430...) are left as they are


@given(NASTY)
def test_idempotent(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)


@given(st.lists(NASTY))
def test_chunks_do_not_matter(chunks: list[str]) -> None:
    assert "".join(map(sanitize, chunks)) == sanitize("".join(chunks))


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_what_shows_is_unchanged(text: str) -> None:
    blank_letters = "\u115f\u1160\u3164\uffa0"
    if not set(text) & set(blank_letters):
        assert sanitize(text) == text


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_printable_ascii_is_the_same_object(text: str) -> None:
    assert sanitize(text) is text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b2J", f"{REPLACEMENT}2J"),
        ("safe\rgone\r\n", "safegone\n"),
        ("a\tb", "a\tb"),
        ("access\u202e\u2066", f"access{REPLACEMENT}{REPLACEMENT}"),
        ("user\u200bname", f"user{REPLACEMENT}name"),
        ("careful \u26a0\ufe0f", "careful \u26a0"),
        ("\x7f\x00", "␡␀"),
        ("a\u2028b", "a\nb"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        ("\ud83d", REPLACEMENT),
        ("mañana 你好 🙂 e\u0301", "mañana 你好 🙂 e\u0301"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert sanitize(text) == shown
