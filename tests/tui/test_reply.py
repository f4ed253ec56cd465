"""Replies read while they stream."""

from hypothesis import given
from hypothesis import strategies as st

from tui.views.reply import Closed, Content, Opened, Piece, ReplyReader, Said

PARTS = st.lists(
    st.sampled_from(
        [
            "I start. ",
            "<",
            "a < b",
            '<claim_task id="task-1"/>',
            '<write_file path="a.py">',
            "</write_file>",
            "def f():\n    return 1 < 2\n",
            "`<wait/>`",
            "<wait/>",
            "<waiting>",
            "</wai",
            "<write_file",
            ' path="b.py">',
            "\n",
            "<broadcast>",
            "done</broadcast>",
        ]
    ),
    max_size=12,
)


def read(*chunks: str) -> list[Piece]:
    """The pieces of a whole reply, neighbours of one kind joined."""
    reader = ReplyReader()
    pieces = [piece for chunk in chunks for piece in reader.feed(chunk)]
    pieces += reader.finish()
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, Said) and isinstance(last, Said):
            joined[-1] = Said(last.text + piece.text)
        elif isinstance(piece, Content) and isinstance(last, Content):
            joined[-1] = Content(last.text + piece.text)
        else:
            joined.append(piece)
    return joined


@given(PARTS, st.data())
def test_cutting_a_reply_changes_nothing(parts: list[str], draw: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(draw.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert read(*chunks) == read(text)


def test_text_actions_and_content_are_told_apart() -> None:
    assert read('Go.\n<claim_task id="t1"/>\n<write_file path="a.py">x = 1\n</write_file>') == [
        Said("Go.\n"),
        Opened("claim_task", "t1"),
        Closed("claim_task"),
        Said("\n"),
        Opened("write_file", "a.py"),
        Content("x = 1\n"),
        Closed("write_file"),
    ]


def test_a_tag_in_content_is_content() -> None:
    pieces = read("<write_file path='a.py'><wait/></write_file>")
    assert pieces[1] == Content("<wait/>")


def test_a_tag_between_backticks_is_talked_about() -> None:
    assert read("I use `<wait/>` later") == [Said("I use `<wait/>` later")]


def test_a_reply_cut_off_in_a_file_says_so() -> None:
    assert read('<write_file path="a.py">x =') == [
        Opened("write_file", "a.py"),
        Content("x ="),
        Closed("write_file", whole=False),
    ]


def test_nothing_is_held_back_for_ever() -> None:
    reader = ReplyReader()
    text = '<write_file path="' + "x" * 500
    shown = "".join(p.text for p in reader.feed(text) if isinstance(p, Said))
    assert shown == text


def test_what_is_no_tag_is_shown_at_once() -> None:
    reader = ReplyReader()
    text = "a < b and <b>bold</b>"
    assert "".join(p.text for p in reader.feed(text) if isinstance(p, Said)) == text
