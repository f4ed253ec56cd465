"""Where time goes: every agent is in one condition at every moment, and it is the right one."""

from collections.abc import Sequence

import pytest
from hypothesis import given

from agents.metrics.idle import BUSY, CAUSES, IdleTime
from tests.strategies import worlds
from tests.world import ROSTER, World
from workspaces.history import events as e
from workspaces.history.state import State


def measured(events: Sequence[e.AnyEvent]) -> IdleTime:
    state, idle = State(), IdleTime()
    for event in events:
        state.apply(event)
        idle.observe(event, state)
    return idle


@given(world=worlds(most=40))
def test_conditions_share_out_all_time_of_all_agents(world: World) -> None:
    idle = measured(world.finish().events)
    for agent in ROSTER:
        seconds = idle.seconds(agent)
        assert list(seconds) == [BUSY, *CAUSES]
        assert all(value >= 0 for value in seconds.values())
        assert sum(seconds.values()) == pytest.approx(world.now)
    if world.now:
        assert sum(idle.shares.values()) == pytest.approx(1)
        assert idle.busy + idle.idle == pytest.approx(1)
    assert sum(idle.by_cause.values()) == pytest.approx(idle.idle)


def slowly(events: Sequence[e.AnyEvent], agent: str) -> dict[str, float]:
    """Seconds busy, in tests, paused and at the barrier, looked up anew for each interval."""
    result = dict.fromkeys((BUSY, "tool", "human", "barrier"), 0.0)
    for index in range(1, len(events)):
        past, length = events[:index], events[index].t - events[index - 1].t
        paused = [x for x in past if isinstance(x, e.SessionPaused | e.SessionContinued)]
        turns = [x for x in past if isinstance(x, e.TurnStarted | e.TurnEnded) and x.agent == agent]
        runs = [x for x in past if isinstance(x, e.TestsStarted) and x.agent == agent]
        over = {x.run for x in past if isinstance(x, e.TestsEnded)}
        start = max(x.seq for x in past if isinstance(x, e.RoundStarted | e.SessionStarted))
        ended = any(isinstance(x, e.RoundEnded) and x.seq > start for x in past)
        if paused and isinstance(paused[-1], e.SessionPaused):
            result["human"] += length
        elif any(x.run not in over for x in runs):
            result["tool"] += length
        elif turns and isinstance(turns[-1], e.TurnStarted):
            result[BUSY] += length
        elif turns and turns[-1].seq > start and not ended:
            result["barrier"] += length
    return result


@given(world=worlds(most=30))
def test_conditions_are_those_of_a_slow_lookup(world: World) -> None:
    idle = measured(world.events)
    for agent in ROSTER:
        seconds = idle.seconds(agent)
        for condition, expected in slowly(world.events, agent).items():
            if condition == "barrier":
                # Waiting with work at hand counts as the barrier too, in rounds or between.
                assert seconds[condition] >= expected - 1e-9
            else:
                assert seconds[condition] == pytest.approx(expected)


@given(world=worlds(most=20))
def test_the_fold_never_runs_ahead(world: World) -> None:
    """What is read in the middle does not change what comes after."""
    state, idle = State(), IdleTime()
    for event in world.events:
        state.apply(event)
        idle.observe(event, state)
        assert all(idle.seconds(agent)[idle.condition(agent)] >= 0 for agent in ROSTER)
        assert idle.idle >= 0
    assert idle.shares == measured(world.events).shares


def test_a_model_call_is_busy_from_its_beginning() -> None:
    world = World()
    world.begin_turn("ada")
    world.now = 3
    world.end_reply("ada")
    world.end_turn("ada")
    world.now = 4
    world.add(e.RoundEnded(round=1))
    idle = measured(world.events)
    assert idle.seconds("ada") == pytest.approx(
        dict.fromkeys(idle.seconds("ada"), 0.0) | {BUSY: 3, "barrier": 1}
    )


def test_an_own_test_run_is_idle_and_somebody_elses_is_not() -> None:
    world = World()
    for agent in ("ada", "bob"):
        world.begin_turn(agent)
        world.end_reply(agent)
    world.add(e.TestsStarted(agent="ada", run=1, tree="t"))
    world.now = 5
    idle = measured(world.events)
    assert idle.condition("ada") == "tool"
    assert idle.condition("bob") == BUSY
    world.add(
        e.TestsEnded(
            agent="ada", run=1, tree="t", passed=1, failed=0, errors=0, returncode=0, seconds=5
        )
    )
    idle = measured(world.events)
    assert idle.seconds("ada")["tool"] == 5
    assert idle.seconds("bob")[BUSY] == 5


def test_a_pause_is_the_persons_time_whatever_goes_on() -> None:
    world = World()
    world.begin_turn("ada")
    world.add(e.SessionPaused())
    world.now = 2
    world.add(e.SessionContinued())
    world.now = 3
    world.end_reply("ada")
    idle = measured(world.events)
    assert idle.seconds("ada")["human"] == 2
    assert idle.seconds("ada")[BUSY] == 1
    assert idle.seconds("bob")["human"] == 2


def hold(world: World, task: str, owner: str) -> None:
    world.add(e.TaskAssigned(task=task, owner=owner, epoch=1))


def complete(world: World, agent: str, task: str) -> None:
    world.add(e.TaskCompleted(agent=agent, task=task))


def test_who_holds_only_blocked_tasks_waits_for_a_dependency() -> None:
    world = World()
    hold(world, "task-0", "ada")
    hold(world, "task-1", "bob")
    idle = measured(world.events)
    assert idle.condition("ada") == "barrier"
    assert idle.condition("bob") == "dependency"
    complete(world, "ada", "task-0")
    assert measured(world.events).condition("bob") == "barrier"


def test_one_task_that_may_start_is_enough_not_to_wait_for_the_others() -> None:
    world = World()
    hold(world, "task-1", "bob")
    hold(world, "task-0", "bob")
    assert measured(world.events).condition("bob") == "barrier"


def test_after_its_turn_an_agent_waits_for_the_round_and_in_the_next_for_its_task() -> None:
    world = World()
    hold(world, "task-0", "ada")
    hold(world, "task-1", "bob")
    turn(world, "bob")
    assert measured(world.events).condition("bob") == "barrier"
    world.add(e.RoundEnded(round=1))
    world.add(e.RoundStarted(round=2))
    assert measured(world.events).condition("bob") == "dependency"


def test_without_a_task_of_its_own_an_agent_looks_at_the_open_ones() -> None:
    world = World()
    assert measured(world.events).condition("cy") == "barrier"
    hold(world, "task-0", "ada")
    assert measured(world.events).condition("cy") == "dependency"
    hold(world, "task-1", "ada")
    hold(world, "task-2", "ada")
    assert measured(world.events).condition("cy") == "nothing-to-do"


def turn(world: World, agent: str, *actions: e.AnyEvent, finish: str = "stop") -> None:
    """A turn outside any round."""
    world.begin_turn(agent)
    world.add(
        e.ReplyEnded(agent=agent, turn=1, tokens_in=1, tokens_out=1, seconds=0, finish=finish)
    )
    for action in actions:
        world.add(action)
    world.end_turn(agent)


def free() -> World:
    """A team without a barrier."""
    world = World()
    world.add(e.RoundEnded(round=1))
    return world


def test_after_a_failed_reply_an_agent_waits_for_its_model() -> None:
    world = free()
    turn(world, "ada", finish="error")
    assert measured(world.events).condition("ada") == "model"
    turn(world, "ada")
    assert measured(world.events).condition("ada") == "barrier"


def test_after_a_refusal_for_a_lease_an_agent_waits_for_that() -> None:
    refusal = e.ActionRefused(
        agent="ada", turn=1, action="write_file", target="x.py", code="leased", reason="bob has it"
    )
    world = free()
    turn(world, "ada", refusal)
    assert measured(world.events).condition("ada") == "lease"


def test_who_waits_after_sending_a_message_waits_for_one() -> None:
    world = free()
    waited = e.Waited(agent="ada", turn=1)
    turn(world, "ada", e.MessageSent(agent="ada", to=("bob",), text="?"), waited)
    assert measured(world.events).condition("ada") == "message"
    world.deliver("ada", world.send("bob", "ada"))
    assert measured(world.events).condition("ada") == "barrier"
    turn(world, "bob", e.Waited(agent="bob", turn=1))
    assert measured(world.events).condition("bob") == "message"


def test_time_between_an_ending_and_a_resumption_is_nobodys() -> None:
    world = World()
    world.begin_turn("ada")
    world.now = 2
    world.add(e.SessionEnded(reason="interrupted", success=False))
    world.now = 100
    world.add(e.SessionResumed(wall_time="2026-01-01T00:00:01Z"))
    world.now = 103
    world.add(e.RoundStarted(round=2))
    idle = measured(world.events)
    assert sum(idle.seconds("ada").values()) == 5
    assert idle.seconds("ada")[BUSY] == 2


def test_before_any_time_has_passed_there_are_no_shares() -> None:
    idle = measured(World().events)
    assert set(idle.shares.values()) == {0.0}
    assert (idle.busy, idle.idle) == (0, 0)
