"""The paper's counts, against its definitions spelt out once more."""

from math import ceil

import pytest
from hypothesis import given

from agents.metrics.paper import PaperCounts
from tests.strategies import worlds
from tests.world import ROSTER, World
from workspaces.history import events as e
from workspaces.history.state import State


def counted(world: World) -> PaperCounts:
    state, counts = State(), PaperCounts()
    for event in world.events:
        state.apply(event)
        counts.observe(event, state)
    return counts


@given(world=worlds(most=40))
def test_counts_are_those_of_the_definitions(world: World) -> None:
    number, rows = 0, []
    for event in world.events:
        if isinstance(event, e.RoundStarted):
            number = event.round
        rows.append((number, event))
    writes = [
        (r, x.path, x.agent) for r, x in rows if isinstance(x, e.FileWritten) and x.agent in ROSTER
    ]
    pairs = {(r, path) for r, path, _ in writes}
    authors = {pair: {a for r, path, a in writes if (r, path) == pair} for pair in pairs}
    first = {path: min(r for r, p, _ in writes if p == path) for _, path, _ in writes}
    replies = {r for r, x in rows if isinstance(x, e.ReplyEnded)}
    completions = {r for r, x in rows if isinstance(x, e.TaskCompleted)}
    counts = counted(world)
    assert counts.counts() == {
        "concurrent_writes": sum(len(who) >= 2 for who in authors.values()),
        "rewrites": sum(r > first[path] for r, path, _ in writes),
        "claims_blocked": sum(
            isinstance(x, e.ActionRefused) and (x.action, x.code) == ("claim_task", "blocked")
            for x in world.events
        ),
        "idle_rounds": len(replies - completions),
        "messages": sum(isinstance(x, e.ReplyEnded) for x in world.events),
    }
    assert counts.rounds == number


def test_three_writers_of_a_path_in_a_round_are_one_concurrent_write() -> None:
    world = World()
    for agent in ("ada", "bob", "cy", "ada"):
        world.write(agent, "x.py", agent)
    assert counted(world).concurrent_writes == 1


def test_a_round_rule_counts_writes_that_were_ordered() -> None:
    """What the sound detector rightly leaves out: that is why both are shown."""
    world = World()
    world.write("ada", "x.py", "a")
    world.read("bob", "x.py")
    world.write("bob", "x.py", "b")
    assert counted(world).concurrent_writes == 1


def test_outside_writes_are_not_the_papers() -> None:
    world = World()
    world.write("ada", "x.py", "a")
    world.outside("x.py", "b")
    world.write(e.SESSION, "x.py", "c")
    assert counted(world).concurrent_writes == 0


def test_minimum_rounds_and_efficiency() -> None:
    world = World()
    assert counted(world).minimum_rounds == max(3, ceil(3 / 4)) == 3
    assert counted(world).efficiency == 3
    for number in range(2, 7):
        world.add(e.RoundStarted(round=number))
    assert counted(world).efficiency == pytest.approx(0.5)


def test_of_free_tasks_each_agent_takes_its_share() -> None:
    world = World()
    for number in range(17):
        world.add(e.TaskAdded(task=f"free-{number}", title="x"))
    assert counted(world).minimum_rounds == 5


def test_before_anything_all_is_zero() -> None:
    counts = PaperCounts()
    assert set(counts.counts().values()) == {0}
    assert (counts.minimum_rounds, counts.efficiency) == (0, 0)
