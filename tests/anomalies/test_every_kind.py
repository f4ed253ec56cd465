"""What holds of every detector: agreement of live, replayed and restarted folds, names and times
that do not matter, and the silence of a team that lives by the rules."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.anomalies.stories import check_evidence, essence, found
from tests.anomalies.team import Team
from tests.strategies import programs, worlds
from tests.world import OPERATIONS, ROSTER, Operation, World
from workspaces.anomalies.finding import Finding, Kind
from workspaces.anomalies.registry import Findings, detectors
from workspaces.history.clocks import Clocks, precedes
from workspaces.history.events import OUTSIDE, AnyEvent, FileRead
from workspaces.history.state import State

TIMED = {Kind.STRAGGLER, Kind.IDLE}


def test_every_kind_has_a_detector_and_a_place_to_read_about_it() -> None:
    assert {kind for detector in detectors() for kind in detector.kinds} == set(Kind)
    for detector in detectors():
        assert detector.events
        assert type(detector).__doc__


@given(world=worlds(OPERATIONS, most=40), data=st.data())
def test_live_replayed_and_restarted_agree(world: World, data: st.DataObject) -> None:
    middle = data.draw(st.integers(0, len(world.events)))
    whole = found(world.events)
    state, findings = State(), Findings()
    for event in world.events[:middle]:
        state.apply(event)
        findings.observe(event, state)
    assert findings.all == whole[: len(findings.all)]
    state, findings = deepcopy((state, findings))
    for event in world.events[middle:]:
        state.apply(event)
        assert all(new.seq == event.seq for new in findings.observe(event, state))
    assert findings.all == whole
    assert len({finding.id for finding in whole}) == len(whole)
    for finding in whole:
        check_evidence(world, finding)


@given(program=programs(OPERATIONS, most=40), order=st.permutations(ROSTER))
def test_names_do_not_matter(program: list[Operation], order: list[str]) -> None:
    names = dict(zip(ROSTER, order, strict=True)) | {OUTSIDE: OUTSIDE}

    def seen(finding: Finding, renaming: dict[str, str]) -> tuple[Any, ...]:
        agents = tuple(renaming.get(name, name) for name in finding.agents)
        facts = {} if finding.kind is Kind.DEADLOCK else finding.facts
        plain = replace(finding, agents=agents, summary="", facts=facts)
        return (finding.seq, *essence(plain))

    one = [seen(f, names) for f in found(World().run(program).events)]
    other = [seen(f, {}) for f in found(World(roster=tuple(order)).run(program).events)]
    assert one == other


@given(world=worlds(OPERATIONS, most=40), shift=st.floats(0, 1e6))
def test_the_hour_does_not_matter(world: World, shift: float) -> None:
    moved = [replace(event, t=event.t + shift) for event in world.events]
    one, other = (
        [replace(f, t=0.0) for f in found(events) if f.kind not in TIMED]
        for events in (moved, world.events)
    )
    assert one == other


@given(world=worlds(OPERATIONS, most=40), data=st.data())
def test_losing_a_read_never_orders_what_was_not_ordered(world: World, data: st.DataObject) -> None:
    reads = [event.seq for event in world.events if isinstance(event, FileRead)]
    dropped = data.draw(st.sampled_from(reads)) if reads else 0
    clocks = Clocks()
    blind: dict[int, AnyEvent] = {}
    for event in world.events:
        bare = replace(event, causes=()) if event.seq == dropped else event
        blind[event.seq] = clocks.stamp(replace(bare, clock={}))
    steps = [event for event in world.events if event.steps]
    for place, later in enumerate(steps):
        for earlier in steps[:place]:
            if precedes(blind[earlier.seq], blind[later.seq]):
                assert precedes(earlier, later)


TASKS = 4


@settings(deadline=None)
@given(
    order=st.lists(st.tuples(st.integers(0, 2), st.integers(0, TASKS - 1)), max_size=20),
    seed=st.integers(0, 3),
)
def test_a_team_that_lives_by_the_rules_has_no_findings(
    order: list[tuple[int, int]], seed: int
) -> None:
    """One works at a time, sees what is complete, claims, reads, writes, tests and completes.
    That the others wait meanwhile is true, and no fault of theirs."""
    team = Team()
    for number in range(TASKS):
        needs = (f"t{number - 1}",) if number else ()
        team.task(f"t{number}", f"m{number}.py", needs=needs)
    for agent, number in order:
        _work(team, ROSTER[agent], number, seed)
    team.end()
    harmless = {Kind.FOLLOW_UP, Kind.IDLE}
    assert [f for f in found(team.events) if f.kind not in harmless] == []


def _work(team: Team, agent: str, number: int, seed: int) -> None:
    """A whole turn at one task, if it can be done; else only a look at the files."""
    task = team.state.tasks[f"t{number}"]
    team.begin_turn(agent)
    team.end_reply(agent)
    for path in [f"m{n}.py" for n in range(number + 1) if team.state.latest(f"m{n}.py")]:
        team.read(agent, path)
    if task.status == "open" and not team.state.missing(task.id):
        team.claim(agent, task.id)
        before = f"from m{number - 1} import f{number - 1}\n\n\n" if number else ""
        body = f"{before}def f{number}(a):\n    return a + {seed}\n"
        team.write(agent, f"m{number}.py", body, task=task.id)
        team.tests(agent)
        team.complete(agent, task.id)
    team.now += 1.0
    team.end_turn(agent)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_written_up(kind: Kind) -> None:
    text = Path(__file__).parents[2].joinpath("docs", "FINDINGS.md").read_text()
    assert f"| `{kind.value}` |" in text
