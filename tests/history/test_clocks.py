"""Vector clocks against explicit reachability."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import oracles
from tests.strategies import worlds
from tests.world import World
from workspaces.history import events as e
from workspaces.history.clocks import Clocks, concurrent, merged, precedes

CLOCKS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 5))


@given(world=worlds())
def test_clocks_order_events_exactly_as_reachability_does(world: World) -> None:
    order = oracles.happens_before(world.events)
    steps = [event for event in world.events if event.steps]
    for one in steps:
        for other in steps:
            assert precedes(one, other) == ((one.seq, other.seq) in order)


@given(world=worlds(most=12))
def test_clocks_count_the_steps_that_lie_before(world: World) -> None:
    for event in world.events:
        assert event.clock == (oracles.clock(world.events, event) if event.steps else {})


@given(world=worlds(most=12))
def test_concurrency_is_symmetric_and_excludes_order(world: World) -> None:
    steps = [event for event in world.events if event.steps]
    for one in steps:
        assert not concurrent(one, one)
        for other in steps:
            assert concurrent(one, other) == concurrent(other, one)
            ways = (precedes(one, other), precedes(other, one), concurrent(one, other))
            assert sum(ways) == (one is not other)


@given(world=worlds(), data=st.data())
def test_deleting_a_read_never_creates_order(world: World, data: st.DataObject) -> None:
    reads = [event for event in world.events if isinstance(event, e.FileRead)]
    if not reads:
        return
    gone = data.draw(st.sampled_from(reads))
    clocks = Clocks()
    rest = [
        clocks.stamp(replace(event, clock={})) for event in world.events if event.seq != gone.seq
    ]
    before = {event.seq: event for event in world.events}
    for one in rest:
        for other in rest:
            if precedes(one, other):
                assert precedes(before[one.seq], before[other.seq])


@given(world=worlds(most=12), data=st.data())
def test_following_stored_events_gives_the_clocks_that_stamping_gave(
    world: World, data: st.DataObject
) -> None:
    middle = data.draw(st.integers(0, len(world.events)))
    clocks = Clocks()
    for event in world.events[:middle]:
        clocks.follow(event)
    assert [clocks.stamp(replace(x, clock={})) for x in world.events[middle:]] == world.events[
        middle:
    ]


def test_an_event_comes_after_every_one_of_its_causes() -> None:
    world = World()
    causes = [world.send("ada", "cy"), world.send("bob", "cy"), world.send("zed", "cy")]
    seen = world.add(
        e.TurnStarted(
            agent="cy", turn=1, round=1, prompts=(), causes=tuple(cause.seq for cause in causes)
        )
    )
    assert seen.clock == {"ada": 1, "bob": 1, "zed": 1, "cy": 1}
    assert all(precedes(cause, seen) for cause in causes)


def test_asking_for_a_clock_twice_moves_nothing() -> None:
    clocks = Clocks()
    event = e.RoundStarted(seq=1, round=1)
    assert clocks.clocked(event) == clocks.clocked(event)


@pytest.mark.parametrize("cause", [2, 7])
def test_a_cause_must_be_an_earlier_event_that_others_can_see(cause: int) -> None:
    clocks = Clocks()
    clocks.stamp(e.MessageSent(seq=1, agent="ada", to=("bob",), text="hi"))
    clocks.stamp(e.RoundStarted(seq=2, round=1))
    with pytest.raises(KeyError):
        clocks.stamp(e.MessageDelivered(seq=3, agent="bob", message=cause, causes=(cause,)))


@given(one=CLOCKS, other=CLOCKS, third=CLOCKS)
def test_merging_clocks_is_a_least_upper_bound(
    one: dict[str, int], other: dict[str, int], third: dict[str, int]
) -> None:
    both = merged((one, other))
    assert all(both[actor] >= ticks for part in (one, other) for actor, ticks in part.items())
    assert all(ticks in (one.get(actor), other.get(actor)) for actor, ticks in both.items())
    assert both == merged((other, one)) == merged((both, one))
    assert merged((both, third)) == merged((one, merged((other, third))))
