"""A finding opened."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui import controlled
from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.views.diffs import side_by_side
from tui.views.evidence import Opened, heading, opened
from tui.views.line import plain, width_of
from workspaces.anomalies.muting import Muting, Rule

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
        lines = opened(case, picture, width).lines
        assert max(map(width_of, lines)) <= width


@pytest.mark.parametrize("width", [60, 120])
def test_what_happened_and_both_versions(middle: Path, width: int) -> None:
    picture = picture_of(middle)
    text = [plain(line).rstrip() for line in opened(picture.cases[0], picture, width).lines]
    joined = "\n".join(text)
    assert "neither knew of the other's version" in " ".join(joined.split())
    steps = [line for line in text if line.startswith((" 1 #", " 2 #"))]
    assert len(steps) >= 2
    assert "+ import math" in " ".join(joined.replace("│", " ").split())
    assert "- 1 line gone" in joined


def test_a_changed_line_has_a_sign_as_well_as_a_colour(middle: Path) -> None:
    picture = picture_of(middle)
    lines = opened(picture.cases[0], picture, 120).lines
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
    text = "".join(plain(line) for line in opened(picture.cases[0], picture, 100).lines)
    assert "[red]agent-2[/red]" in text
    assert not {"\x1b", "\u202e"} & set(text)


def test_a_text_that_was_not_stored_is_not_invented(middle: Path) -> None:
    picture = picture_of(middle)
    picture.state.blobs.clear()
    text = "".join(plain(line) for line in opened(picture.cases[0], picture, 100).lines)
    assert "the texts were not stored" in text


def opened_text(path: Path, kind: str, width: int = 110) -> tuple[str, Opened]:
    """The case of a story in which `kind` is, opened."""
    picture = picture_of(path)
    case = next(case for case in picture.cases if kind in case.kinds)
    found = opened(case, picture, width)
    return "\n".join(plain(line).rstrip() for line in found.lines), found


def test_it_says_why_and_what_prevents_it(middle: Path) -> None:
    text, _ = opened_text(middle, "overwrite")
    assert "Why: A write took the place of another agent's version" in text
    assert "exact by definition)" in text
    assert "The same fault, seen otherwise" in text
    assert "Optimistic control refuses a write" in text
    assert "In force here: no control." in text


def test_the_steps_can_be_gone_to(middle: Path) -> None:
    text, found = opened_text(middle, "overwrite")
    lines = text.splitlines()
    assert set(found.steps.values()) == set(found.order)
    for place, seq in found.steps.items():
        if lines[place].strip()[:1].isdigit():
            assert f"#{seq}" in lines[place]


def test_a_lost_message_is_shown(tmp_path: Path) -> None:
    controlled.kinds(tmp_path / "history.jsonl")
    text, _ = opened_text(tmp_path, "lost-message")
    assert "What was said" in text
    assert "Does mean take an empty list?" in text


def test_the_leases_behind_a_zombie_write_are_shown(tmp_path: Path) -> None:
    controlled.mishaps(tmp_path / "history.jsonl")
    text, _ = opened_text(tmp_path, "zombie-write")
    assert "agent-1 was granted add.py for 4.0s, token 1" in text
    assert "agent-1 no longer holds add.py: expired, token 1" in text
    assert "In force here: leases." in text


def test_versions_of_worktrees_are_compared(tmp_path: Path) -> None:
    controlled.worktrees(tmp_path / "history.jsonl")
    text, _ = opened_text(tmp_path, "merge-conflict")
    assert "agent-2  v1 in its worktree" in text
    assert "- import math" in " ".join(text.split())


def test_one_version_alone_is_shown_with_the_lines_at_stake(tmp_path: Path) -> None:
    controlled.kinds(tmp_path / "history.jsonl")
    picture = picture_of(tmp_path)
    case = next(c for c in picture.cases if c.paths == ("test_math.py",))
    text = "\n".join(plain(line) for line in opened(case, picture, 100).lines)
    assert "agent-4  v1" in text
    assert "assert True" in text


def test_long_equal_stretches_are_folded(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2)
    text = "".join(f"line_{n} = {n}\n" for n in range(60))
    for name, last in zip(story.names, ("a = 1\n", "b = 2\n"), strict=True):
        story.begin(name)
        story.write(name, "long.py", text + last)
    story.close()
    for width in (60, 120):
        shown, _ = opened_text(tmp_path, "overwrite", width)
        assert "⋯ 56 lines" in shown
        assert "line_59" in shown
        assert "line_20 " not in shown


def test_a_quiet_face_says_why(middle: Path) -> None:
    picture = picture_of(middle)
    case = next(c for c in picture.cases if "overwrite" in c.kinds and c.paths == ("add.py",))
    picture.docket.mute(Muting((Rule("seen", kind="overwrite"),)))
    picture.judge()
    text = " ".join("".join(map(plain, opened(case, picture, 100).lines)).split())
    assert "(Quiet: seen.)" in text
    assert "beside 3" in plain(heading(case, picture, 0, 3)[1])
