"""Tokens per second, estimated while they stream and true afterwards."""

import pytest
from hypothesis import given

from agents.metrics.throughput import WINDOW_SECONDS, Throughput
from tests.strategies import worlds
from tests.world import World
from workspaces.history import events as e
from workspaces.history.state import State


def measured(world: World, window: float = WINDOW_SECONDS) -> Throughput:
    state, rate = State(), Throughput(window)
    for event in world.events:
        state.apply(event)
        rate.observe(event, state)
    return rate


def say(world: World, agent: str, text: str, at: float) -> None:
    world.now = at
    world.add(e.Text(agent=agent, turn=1, text=text))


def end(world: World, agent: str, tokens: int, at: float) -> None:
    world.now = at
    world.add(e.ReplyEnded(agent=agent, turn=1, tokens_in=1, tokens_out=tokens, seconds=1))


@given(world=worlds(most=40))
def test_in_the_end_tokens_are_the_counted_ones(world: World) -> None:
    world.finish()
    rate = measured(world)
    expected = sum(x.tokens_out for x in world.events if isinstance(x, e.ReplyEnded))
    assert rate.tokens == expected
    assert rate.tokens_per_second == pytest.approx(expected / world.now if world.now else 0)
    done = sum(task.status == "done" for task in world.state.tasks.values())
    assert rate.tasks_per_minute == pytest.approx(60 * done / world.now if world.now else 0)


@given(world=worlds(most=40))
def test_a_window_as_long_as_the_session_sees_all_of_it(world: World) -> None:
    world.finish()
    rate = measured(world, window=1e9)
    assert rate.recent_tokens_per_second() == pytest.approx(rate.tokens_per_second)


def test_streaming_text_is_estimated_at_four_characters_a_token() -> None:
    world = World()
    say(world, "ada", "x" * 40, 1)
    say(world, "ada", "x" * 40, 2)
    rate = measured(world)
    assert rate.tokens == 20
    assert rate.tokens_per_second == 10
    assert rate.recent_tokens_per_second() == 10


def test_the_true_count_takes_the_estimates_place_where_the_text_came() -> None:
    world = World()
    say(world, "ada", "x" * 40, 1)
    say(world, "ada", "x" * 40, 12)
    end(world, "ada", 60, 12)
    rate = measured(world)
    assert rate.tokens == 60
    # Half of the reply came in the last ten seconds.
    assert rate.recent_tokens_per_second() == pytest.approx(3)


def test_a_reply_that_did_not_stream_counts_at_its_end() -> None:
    world = World()
    end(world, "ada", 50, 5)
    assert measured(world).tokens == 50
    assert measured(world).recent_tokens_per_second() == 10


def test_the_rate_falls_while_nothing_comes() -> None:
    world = World()
    say(world, "ada", "x" * 400, 20)
    rate = measured(world)
    assert rate.recent_tokens_per_second() == 10
    assert rate.recent_tokens_per_second(now=29.9) == 10
    assert rate.recent_tokens_per_second(now=30) == 0


def test_agents_stream_side_by_side() -> None:
    world = World()
    say(world, "ada", "x" * 40, 1)
    say(world, "bob", "x" * 80, 1)
    end(world, "ada", 7, 2)
    rate = measured(world)
    assert rate.tokens == 7 + 20


def test_a_reply_cut_off_by_a_crash_leaves_the_total() -> None:
    world = World()
    say(world, "ada", "x" * 40, 1)
    world.add(e.SessionResumed(wall_time="2026-01-01T00:00:01Z"))
    world.begin_turn("ada")
    end(world, "ada", 3, 2)
    assert measured(world).tokens == 3


def test_a_task_completed_twice_is_one_task() -> None:
    world = World()
    world.now = 30
    world.add(e.TaskCompleted(agent="ada", task="task-0"))
    world.add(e.TaskCompleted(agent="bob", task="task-0"))
    assert measured(world).tasks_per_minute == 2


def test_before_any_time_has_passed_every_rate_is_zero() -> None:
    rate = Throughput()
    assert (rate.tokens_per_second, rate.tasks_per_minute) == (0, 0)
    assert rate.recent_tokens_per_second() == 0
