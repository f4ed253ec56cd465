"""Moments kept of a state while it goes on: each is what it was, and goes its own way."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import worlds
from tests.tui import controlled, histories
from tests.world import World
from workspaces.history import events as e
from workspaces.history.keeping import Kept
from workspaces.history.reader import load
from workspaces.history.state import State, fold


def moments(events: list[Any], every: int = 1) -> tuple[State, list[Kept[State]]]:
    """The state at the end, and what was kept on the way, each sharing with the one before."""
    live, kept = State(), [State().kept()]
    for event in events:
        live.apply(event)
        if event.seq % every == 0:
            kept.append(live.kept(kept[-1]))
    return live, kept


def without_texts(state: State) -> State:
    """All moments share the texts, those of later ones too."""
    return replace(state, blobs={})


@given(world=worlds(most=20))
def test_every_moment_is_what_it_was(world: World) -> None:
    events = world.finish().events
    live, kept = moments(events)
    assert len(kept) == len(events) + 1
    for count, moment in enumerate(kept):
        assert without_texts(moment.made()) == without_texts(fold(events[:count]))
    assert live == fold(events)


@given(world=worlds(most=20), data=st.data())
def test_what_is_taken_up_goes_its_own_way(world: World, data: st.DataObject) -> None:
    events = world.finish().events
    live, kept = moments(events)
    middle = data.draw(st.integers(0, len(events)))
    one, other = kept[middle].made(), kept[middle].made()
    for event in events[middle:]:
        one.apply(event)
    assert without_texts(one) == without_texts(live)
    assert without_texts(other) == without_texts(fold(events[:middle]))
    assert without_texts(kept[middle].made()) == without_texts(other)
    assert live == fold(events)


@pytest.mark.parametrize(
    "story", [histories.ended, controlled.leases, controlled.worktrees, controlled.kinds]
)
def test_of_sessions_with_everything_in_them(tmp_path: Any, story: Any) -> None:
    story(tmp_path / "history.jsonl")
    events, _ = load(tmp_path / "history.jsonl")
    _, kept = moments(events, every=7)
    for moment in kept:
        assert without_texts(moment.made()) == without_texts(fold(events[: moment.seq]))


def test_what_changes_though_it_mostly_grows() -> None:
    events = [
        e.MessageSent(seq=1, agent="ada", turn=1, to=("bob",), text="one"),
        e.WritesCommitted(seq=2, commits=((1, "a" * 40),)),
        e.MessageEdited(seq=3, agent=e.USER, message=1, to=("bob",), text="two"),
        e.WritesCommitted(seq=4, commits=((1, "b" * 40),)),
    ]
    live, kept = moments(events)
    assert [m.text_for("bob") for s in kept for m in s.made().messages] == [
        "one",
        "one",
        "two",
        "two",
    ]
    assert [s.made().commits.get(1, "")[:1] for s in kept] == ["", "", "a", "a", "b"]
    assert live == fold(events)


def test_what_did_not_change_is_kept_once(tmp_path: Any) -> None:
    histories.ended(tmp_path / "history.jsonl")
    events, _ = load(tmp_path / "history.jsonl")
    state, kept = moments(events)
    first = kept[-1]
    again = state.kept(first)
    assert again.shares(first)
    assert not kept[1].shares(first)
