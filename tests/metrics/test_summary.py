"""The object that `run --json` ends with."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.metrics.summary import Metrics, Summary, summarise
from tests.strategies import any_event, worlds
from tests.world import World
from workspaces.anomalies.finding import Kind
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import State

CONTRACT = """session success tasks_done tasks seconds rounds agents tokens_in tokens_out cost_usd
messages tests_passed tests_failed test_runs_failed commits idle straggler_gap_s speedup_bound
findings paper"""


def reply(world: World, cost: float | None) -> None:
    world.add(
        e.ReplyEnded(agent="ada", turn=1, tokens_in=7, tokens_out=5, seconds=1, cost_usd=cost)
    )


def run_tests(world: World, agent: str, passed: int, failed: int, errors: int, code: int) -> None:
    world.add(e.TestsStarted(agent=agent, run=len(world.events), tree="t"))
    world.add(
        e.TestsEnded(
            agent=agent,
            run=len(world.events),
            tree="t",
            passed=passed,
            failed=failed,
            errors=errors,
            returncode=code,
            seconds=1,
        )
    )


def test_it_has_exactly_the_keys_of_the_contract() -> None:
    result = summarise(World().finish().events).to_dict()
    assert list(result) == CONTRACT.split()
    assert set(result["findings"]) == {kind.value for kind in Kind}  # type: ignore[call-overload]
    assert list(result["paper"]) == [  # type: ignore[call-overload]
        "concurrent_writes",
        "rewrites",
        "claims_blocked",
        "idle_rounds",
        "messages",
    ]
    assert set(result["idle"]) == {"share", "by_cause"}  # type: ignore[call-overload]
    assert json.loads(json.dumps(result)) == result


@given(world=worlds(most=30))
def test_it_agrees_with_the_history(world: World) -> None:
    summary = summarise(world.finish().events)
    count = {kind: sum(isinstance(x, kind) for x in world.events) for kind in (e.MessageSent,)}
    assert summary.session == "s"
    assert summary.tasks == 3
    assert summary.tasks_done == sum(t.status == "done" for t in world.state.tasks.values())
    assert summary.success == (summary.tasks_done == 3)
    assert summary.seconds == world.now
    assert summary.agents == 4
    assert summary.rounds == world.state.round
    assert summary.messages == count[e.MessageSent]
    assert summary.speedup_bound == 1
    assert sum(summary.idle.by_cause.values()) == pytest.approx(summary.idle.share, abs=1e-5)


@given(world=worlds(most=20), data=st.data())
def test_live_replayed_and_restarted_in_the_middle_it_is_the_same(
    world: World, data: st.DataObject
) -> None:
    middle = data.draw(st.integers(0, len(world.events)))
    state, metrics = State(), Metrics()
    for number, event in enumerate(world.events):
        if number == middle:
            state, metrics = deepcopy((state, metrics))
        state.apply(event)
        metrics.observe(event, state)
        metrics.summary(state)
    assert metrics.summary(state) == summarise(world.events)


@given(events=st.lists(any_event(), max_size=10))
def test_any_events_are_summed_up_without_failing(events: list[Any]) -> None:
    assert isinstance(summarise(events), Summary)


def test_costs_add_up_while_every_price_is_known() -> None:
    world = World()
    assert summarise(world.events).cost_usd == 0
    reply(world, 0.25)
    reply(world, 0.5)
    assert summarise(world.events).cost_usd == 0.75
    reply(world, None)
    reply(world, 1.0)
    assert summarise(world.events).cost_usd is None
    assert summarise(world.events).tokens_in == 28
    assert summarise(world.events).tokens_out == 20


def test_test_counts_are_the_last_runs_and_failures_the_agents() -> None:
    world = World()
    run_tests(world, "ada", 1, 2, 1, 1)
    run_tests(world, "bob", 0, 0, 0, 5)
    run_tests(world, "bob", 0, 0, 0, 124)
    run_tests(world, e.SESSION, 3, 4, 2, 1)
    summary = summarise(world.events)
    assert (summary.tests_passed, summary.tests_failed) == (3, 6)
    assert summary.test_runs_failed == 2


def test_commits_are_counted_once() -> None:
    world = World()
    world.add(e.WritesCommitted(commits=((1, "a"), (2, "b"))))
    world.add(e.WritesCommitted(commits=((3, "b"),)))
    assert summarise(world.events).commits == 2


def test_only_messages_of_agents_count() -> None:
    world = World()
    world.send("ada", "bob")
    world.send(e.USER, "ada")
    assert summarise(world.events).messages == 1


def test_findings_folded_by_the_caller_are_not_folded_twice() -> None:
    world = World()
    world.write("ada", "x.py", "1\n")
    world.write("bob", "x.py", "2\n")
    state, findings = State(), Findings()
    metrics = Metrics(findings)
    for event in world.events:
        state.apply(event)
        findings.observe(event, state)
        metrics.observe(event, state)
    assert metrics.summary(state) == summarise(world.events)
    assert metrics.summary(state).findings["overwrite"] == 1
