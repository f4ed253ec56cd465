"""What servers stream, put in order."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.providers.assembling import Calls, Piece, Thoughts

Fed = tuple[int | None, str, str, str]


def fed(*pieces: Fed) -> list[Piece]:
    """What is handed on for those pieces, and at the end."""
    calls = Calls()
    found = [ready for piece in pieces for ready in calls.feed(*piece)]
    return found + list(calls.finish())


def whole(pieces: list[Piece]) -> list[tuple[str, str, str]]:
    """The calls; each one's pieces must come together, under one id and name."""
    found: list[tuple[str, str, str]] = []
    for piece in pieces:
        if piece.at == len(found) - 1:
            assert found[-1][:2] == (piece.call, piece.name)
            found[-1] = (*found[-1][:2], found[-1][2] + piece.text)
        else:
            assert piece.at == len(found)
            found.append((piece.call, piece.name, piece.text))
    return found


A, B = '{"path": "a.py"}', '{"path": "b.py", "content": "{}"}'


@pytest.mark.parametrize(
    "pieces",
    [
        # As OpenAI does: the id and the name come with the first piece alone.
        [(0, "x", "one", ""), (0, "", "", A[:5]), (0, "", "", A[5:]), (1, "y", "two", B)],
        # Each piece carries everything.
        [(0, "x", "one", A[:5]), (0, "x", "one", A[5:]), (1, "y", "two", B)],
        # Whole calls, all under the same number.
        [(0, "x", "one", A), (0, "y", "two", B)],
        # Whole calls without a number.
        [(None, "x", "one", A), (None, "y", "two", B)],
        # In turn.
        [(0, "x", "one", A[:3]), (1, "y", "two", B[:9]), (0, "", "", A[3:]), (1, "", "", B[9:])],
        # The name comes late.
        [(0, "x", "", A[:3]), (0, "", "one", A[3:]), (1, "y", "two", B)],
    ],
)
def test_calls_come_out_one_by_one(pieces: list[Fed]) -> None:
    assert whole(fed(*pieces)) == [("x", "one", A), ("y", "two", B)]


def test_calls_without_ids_are_given_some() -> None:
    found = whole(fed((0, "", "one", A), (0, "", "two", B), (0, "", "two", B)))
    assert found == [("call_0", "one", A), ("call_1", "two", B), ("call_2", "two", B)]


def test_a_call_streams_while_it_is_the_only_one() -> None:
    calls = Calls()
    assert [p.text for p in calls.feed(0, "x", "one", "{")] == ["{"]
    assert [p.text for p in calls.feed(0, "", "", '"a"')] == ['"a"']
    assert not list(calls.feed(1, "y", "two", "{"))  # the first may go on
    assert [p.text for p in calls.feed(0, "", "", ": 1}")] == [": 1}", "{"]
    assert [p.text for p in calls.feed(1, "", "", "}")] == ["}"]


@given(
    arguments=st.lists(
        st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3), max_size=4
    ),
    cut=st.integers(1, 7),
    data=st.data(),
)
def test_any_cut_and_any_order_gives_the_same_calls(
    arguments: list[dict[str, str]], cut: int, data: st.DataObject
) -> None:
    texts = [json.dumps(given) for given in arguments]
    streams: list[list[Fed]] = []
    for number, text in enumerate(texts):
        parts = [text[at : at + cut] for at in range(0, len(text), cut)]
        first: Fed = (number, f"id{number}", "tool", "")
        streams.append([first, *((number, "", "", part) for part in parts)])
    mixed: list[Fed] = []
    started = 0
    while any(streams):
        # Calls begin in order; what follows may come in any.
        open_ = [s for n, s in enumerate(streams) if s and (n <= started)]
        stream = data.draw(st.sampled_from(open_)) if open_ else streams[started]
        mixed.append(stream.pop(0))
        started = max(started, (mixed[-1][0] or 0) + 1)
    assert whole(fed(*mixed)) == [(f"id{n}", "tool", text) for n, text in enumerate(texts)]


@given(cut=st.integers(1, 9))
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello <think>not a thought</think>", "Hello <think>not a thought</think>"),
        ("<think>hm</think>\n\nHello", "Hello"),
        ("\n <think>a < b, <wait/></think>Hello", "Hello"),
        ("<think>never ends", ""),
        ("<thi", "<thi"),
        ("<this/>", "<this/>"),
        ("", ""),
    ],
)
def test_leading_thoughts_are_not_said(cut: int, text: str, said: str) -> None:
    thoughts = Thoughts()
    found = "".join(thoughts.feed(text[at : at + cut]) for at in range(0, len(text), cut))
    assert (found + thoughts.finish()).strip() == said.strip()
