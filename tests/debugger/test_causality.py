"""Causes and effects against a search through program order and recorded causes alone."""

from hypothesis import given, settings

from agents.debugger.causality import Causality
from tests.oracles import happens_before
from tests.strategies import worlds
from tests.world import World
from workspaces.history import events as e


@settings(deadline=None)
@given(worlds())
def test_before_is_reachability(world: World) -> None:
    order, relation = happens_before(world.events), Causality(world.events)
    steps = [event.seq for event in world.events if event.steps]
    for one in steps:
        for other in steps:
            assert relation.precedes(one, other) == ((one, other) in order)
            apart = one != other and (one, other) not in order and (other, one) not in order
            assert relation.concurrent(one, other) == apart
        assert {n for n in relation.past(one) if n in steps} == {a for a, b in order if b == one}
        assert {n for n in relation.future(one) if n in steps} == {b for a, b in order if a == one}


@settings(deadline=None)
@given(worlds())
def test_direct_causes_and_effects_are_one_relation_and_span_the_whole(world: World) -> None:
    relation = Causality(world.events)
    seqs = [event.seq for event in world.events if event.steps]
    pairs = {(cause, seq) for seq in seqs for cause in relation.causes(seq)}
    assert pairs == {(seq, effect) for seq in seqs for effect in relation.effects(seq)}
    reached: dict[int, set[int]] = {}
    for seq in seqs:
        direct = {cause for cause, effect in pairs if effect == seq}
        reached[seq] = direct.union(*(reached[cause] for cause in direct))
        assert {(cause, seq) for cause in reached[seq]} <= happens_before(world.events)
    assert sum(map(len, reached.values())) == len(happens_before(world.events))


def test_streamed_text_lies_between_the_steps_of_its_agent() -> None:
    events = [
        e.TurnStarted(seq=1, agent="a", turn=1, round=1, prompts=(), clock={"a": 1}),
        e.Text(seq=2, agent="a", turn=1, text="x"),
        e.MessageSent(seq=3, agent="a", to=("b",), text="y", clock={"a": 2}),
        e.MessageDelivered(seq=4, agent="b", message=3, causes=(3,), clock={"a": 2, "b": 1}),
        e.Waited(seq=5, agent="c", turn=1, clock={"c": 1}),
    ]
    relation = Causality(events)
    assert relation.causes(2) == (1,)
    assert relation.effects(2) == (3,)
    assert relation.effects(3) == (4,)
    assert relation.causes(4) == (3,)
    assert list(relation.past(4)) == [3, 2, 1]
    assert list(relation.future(2)) == [3, 4]
    assert relation.concurrent(2, 5)
    assert not relation.precedes(2, 2)
    assert relation.causes(9) == relation.effects(0) == ()
