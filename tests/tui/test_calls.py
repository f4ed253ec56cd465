"""Tool calls as they stream: the pieces of a call are those of the tag that says the same."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.views.calls import CallReader
from tui.views.reply import Closed, Content, Opened, Piece


def read(name: str, text: str, *cuts: int) -> list[Piece]:
    """The pieces of a call that arrives cut at those places, neighbouring contents joined."""
    reader = CallReader(name)
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces: list[Piece] = []
    for start, end in pairwise(places):
        pieces.extend(reader.feed(text[start:end]))
    pieces.extend(reader.finish())
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Content) and joined and isinstance(joined[-1], Content):
            joined[-1] = Content(joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def test_a_file_shows_as_it_is_written() -> None:
    reader = CallReader("write_file")
    assert list(reader.feed('{"path": "a.py", "conte')) == [Opened("write_file", "a.py")]
    assert list(reader.feed('nt": "x = 1\\n')) == [Content("x = 1\n")]
    assert list(reader.feed("y = \\")) == [Content("y = ")]
    assert list(reader.feed('"2\\""}')) == [Content('"2"')]
    assert list(reader.finish()) == [Closed("write_file")]


def test_an_edit_shows_its_sides() -> None:
    arguments = json.dumps({"path": "a.py", "search": "x", "replace": "y"})
    assert read("edit_file", arguments) == [
        Opened("edit_file", "a.py"),
        Content("<search>\nx\n</search>\n<replace>\ny\n</replace>\n"),
        Closed("edit_file"),
    ]


@pytest.mark.parametrize(
    ("name", "arguments", "target"),
    [
        ("claim_task", {"id": "task-3"}, "task-3"),
        ("run_tests", {}, ""),
        ("assign_task", {"agent": "agent-2", "id": "task-3"}, "task-3"),
        ("claim_task", {"id": 3, "deep": {"path": "x", "list": ["}", 1]}}, ""),
    ],
)
def test_a_call_without_content_is_named(
    name: str, arguments: dict[str, object], target: str
) -> None:
    assert read(name, json.dumps(arguments)) == [Opened(name, target), Closed(name)]


@given(
    st.text(max_size=30),
    st.booleans(),
    st.lists(st.integers(min_value=0, max_value=200), max_size=6),
)
def test_cuts_change_nothing(content: str, ascii_only: bool, cuts: list[int]) -> None:
    arguments = json.dumps({"path": "a.py", "content": content}, ensure_ascii=ascii_only)
    expected: list[Piece] = [Opened("write_file", "a.py"), Closed("write_file")]
    if content:
        expected.insert(1, Content(content))
    assert read("write_file", arguments, *cuts) == expected


@given(st.text(max_size=60), st.sampled_from(["write_file", "edit_file", "claim_task", "odd"]))
def test_nothing_that_is_no_json_raises(text: str, name: str) -> None:
    pieces = read(name, text, 7)
    assert isinstance(pieces[-1], Closed)
