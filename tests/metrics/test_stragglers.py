"""The gap between the slowest reply of a round and the mean of them."""

from statistics import mean

import pytest
from hypothesis import given

from agents.metrics.stragglers import PAPER_LONGEST, StragglerGaps
from tests.strategies import worlds
from tests.world import World
from workspaces.history import events as e
from workspaces.history.state import State

NO_PAUSE = ("turn", "turn", "round", "write", "complete")


def measured(world: World, **options: float) -> StragglerGaps:
    state, gaps = State(), StragglerGaps(**options)
    for event in world.events:
        state.apply(event)
        gaps.observe(event, state)
    return gaps


def reply(world: World, agent: str, at: float) -> None:
    world.now = at
    world.end_reply(agent)


@given(world=worlds(NO_PAUSE, most=40))
def test_gaps_are_those_of_the_definition(world: World) -> None:
    start = 0.0
    rounds: list[list[float]] = []
    for event in world.events:
        if isinstance(event, e.RoundStarted):
            start = event.t
            rounds.append([])
        elif isinstance(event, e.ReplyEnded):
            rounds[-1].append(event.t - start)
    expected = [max(r) - mean(r) for r in rounds if len(r) >= 2]
    gaps = measured(world)
    assert gaps.gaps == pytest.approx(expected)
    assert gaps.mean == pytest.approx(mean(expected) if expected else 0)


def test_the_slowest_of_three() -> None:
    world = World()
    for agent, at in (("ada", 1), ("bob", 2), ("cy", 6)):
        reply(world, agent, at)
    assert measured(world).gaps == [3]
    assert measured(world).mean == 3


def test_one_reply_has_no_gap() -> None:
    world = World()
    reply(world, "ada", 4)
    assert measured(world).gaps == []
    assert measured(world).mean == 0


def test_only_the_papers_figure_leaves_the_slowest_replies_out() -> None:
    world = World()
    for agent, at in (("zed", 0), ("ada", 10), ("bob", 20), ("cy", PAPER_LONGEST)):
        reply(world, agent, at)
    assert measured(world).gaps == [PAPER_LONGEST - 52.5]
    assert measured(world, longest=PAPER_LONGEST).gaps == [5]


def test_replies_outside_rounds_have_no_gap() -> None:
    world = World()
    world.add(e.RoundEnded(round=1))
    reply(world, "ada", 1)
    reply(world, "bob", 2)
    assert measured(world).gaps == []


def test_a_pause_is_nobodys_latency() -> None:
    world = World()
    reply(world, "ada", 1)
    world.add(e.SessionPaused())
    world.now = 601
    world.add(e.SessionContinued())
    reply(world, "bob", 604)
    assert measured(world).gaps == [pytest.approx(1.5)]


def test_a_pause_that_began_before_the_round_counts_from_its_start() -> None:
    world = World()
    world.add(e.SessionPaused())
    world.now = 10
    world.add(e.RoundStarted(round=2))
    world.now = 15
    world.add(e.SessionContinued())
    reply(world, "ada", 16)
    reply(world, "bob", 18)
    assert measured(world).gaps == [1]


def test_a_round_cut_off_by_a_crash_keeps_its_gap() -> None:
    world = World()
    reply(world, "ada", 1)
    reply(world, "bob", 3)
    world.add(e.SessionPaused())
    world.add(e.SessionResumed(wall_time="2026-01-01T00:00:01Z"))
    reply(world, "cy", 9)
    assert measured(world).gaps == [1]
