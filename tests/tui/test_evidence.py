"""A finding opened."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.views.diffs import side_by_side
from tui.views.evidence import evidence, heading
from tui.views.line import plain, width_of

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  d"]), max_size=12).map("\n".join)


@given(LINES, LINES)
def test_both_texts_can_be_read_back(left: str, right: str) -> None:
    pairs = side_by_side(left, right)
    assert [p.left for p in pairs if p.left_number] == left.splitlines()
    assert [p.right for p in pairs if p.right_number] == right.splitlines()
    assert all(p.left == p.right for p in pairs if p.same)


@pytest.mark.parametrize("width", [30, 60, 72, 120])
def test_every_line_fits(middle: Path, width: int) -> None:
    picture = picture_of(middle)
    for case in picture.cases:
        lines = evidence(case, picture, width)
        assert max(map(width_of, lines)) <= width


@pytest.mark.parametrize("width", [60, 120])
def test_what_happened_and_both_versions(middle: Path, width: int) -> None:
    picture = picture_of(middle)
    text = [plain(line).rstrip() for line in evidence(picture.cases[0], picture, width)]
    joined = "\n".join(text)
    assert "neither knew of the other's version" in " ".join(joined.split())
    steps = [line for line in text if line.startswith("  #")]
    assert len(steps) >= 2
    assert "+ import math" in " ".join(joined.replace("│", " ").split())
    assert "- 1 line gone" in joined


def test_a_changed_line_has_a_sign_as_well_as_a_colour(middle: Path) -> None:
    picture = picture_of(middle)
    lines = evidence(picture.cases[0], picture, 120)
    added = [line for line in lines if any(span.role == "added" for span in line)]
    assert added
    assert all("+ " in plain(line) for line in added)


def test_the_heading_says_which_of_how_many(middle: Path) -> None:
    picture = picture_of(middle)
    left, right = heading(picture.cases[0], picture, 1, 3)
    assert "agent-1 × agent-2" in plain(left)
    assert plain(right) == " 1 of 3 · 0:02 "


def test_hostile_text_is_shown_and_does_nothing(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2)
    for name in story.names:
        story.begin(name)
        story.write(name, "evil[bold]\x1b.py", f"\x1b[2J[red]{name}[/red]\n\u202e\n")
    story.close()
    picture = picture_of(tmp_path)
    text = "".join(plain(line) for line in evidence(picture.cases[0], picture, 100))
    assert "[red]agent-2[/red]" in text
    assert not {"\x1b", "\u202e"} & set(text)


def test_a_text_that_was_not_stored_is_not_invented(middle: Path) -> None:
    picture = picture_of(middle)
    picture.state.blobs.clear()
    text = "".join(plain(line) for line in evidence(picture.cases[0], picture, 100))
    assert "the texts were not stored" in text
