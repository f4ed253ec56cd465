"""What holds of the findings of every history, and what a slow oracle says of them."""

from collections import Counter
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import oracles
from tests.anomalies.stories import PAIRS, check_evidence, essence, found
from tests.strategies import any_event, operations, programs, worlds
from tests.world import ROSTER, Operation, World
from workspaces.anomalies.finding import Finding, Kind, Verdict
from workspaces.anomalies.registry import Findings
from workspaces.history.events import OUTSIDE
from workspaces.history.state import State

FILES = ("read", "write", "write", "outside", "delete", "send", "deliver", "turn", "round")
TIMED = {Kind.STRAGGLER, Kind.IDLE}
"""Kinds that compare lengths of time, which rounding may change."""
CAREFUL = ("read", "careful", "careful", "send", "deliver", "claim", "complete", "turn", "round")


def ends(events: Any, kind: Kind) -> set[tuple[int, int]]:
    """The two writes of each finding, from its id."""
    return {
        (int(finding.id.split(":")[-2]), int(finding.id.split(":")[-1]))
        for finding in found(events)
        if finding.kind is kind
    }


@given(world=worlds(FILES, most=30))
def test_replacements_are_those_of_the_oracle(world: World) -> None:
    expected = oracles.replacements(world.events)
    assert ends(world.events, Kind.OVERWRITE) == expected["overwrite"]
    assert ends(world.events, Kind.FOLLOW_UP) == expected["follow-up"]


@given(world=worlds(FILES, most=30))
def test_concurrent_writes_are_those_of_the_oracle(world: World) -> None:
    """The detector reports, of every actor, only the latest write before; the oracle knows all
    pairs. So the detector's are the oracle's, cut down to the latest of each actor."""
    every = oracles.concurrent_pairs(world.events)
    latest: dict[tuple[str, int], int] = {}
    for one in oracles.writes(world.events):
        for other in oracles.writes(world.events):
            if one.seq < other.seq and one.path == other.path:
                key = (one.agent, other.seq)
                latest[key] = max(latest.get(key, 0), one.seq)
    by_seq = {write.seq: write for write in oracles.writes(world.events)}
    expected = {(one, other) for one, other in every if latest[by_seq[one].agent, other] == one}
    assert ends(world.events, Kind.CONCURRENT_WRITE) == expected
    # No concurrency is missed by looking at the latest only, but for agreement on its bytes.
    for earlier, later in every:
        newest = by_seq[latest[by_seq[earlier].agent, later]]
        assert (newest.seq, later) in expected or newest.blob == by_seq[later].blob


@given(world=worlds(FILES, most=30))
def test_only_an_outside_writers_knowledge_is_unknown(world: World) -> None:
    for finding in [f for f in found(world.events) if f.kind in PAIRS]:
        outside = finding.agents[-1] == OUTSIDE
        assert finding.verdict is (Verdict.UNKNOWN if outside else Verdict.FOUND)
        assert finding.agents[0] != finding.agents[1]


@given(world=worlds(CAREFUL, most=30))
def test_a_serial_history_has_follow_ups_at_most(world: World) -> None:
    assert {f.kind for f in found(world.events) if f.kind in PAIRS} <= {Kind.FOLLOW_UP}


@given(program=programs(FILES, most=30), order=st.permutations(ROSTER))
def test_renaming_agents_renames_them_in_findings(
    program: list[Operation], order: list[str]
) -> None:
    names = dict(zip(ROSTER, order, strict=True)) | {OUTSIDE: OUTSIDE}

    def renamed(finding: Finding) -> tuple[Any, ...]:
        mapped = replace(finding, agents=tuple(names[name] for name in finding.agents))
        return (mapped.seq, *essence(replace(mapped, summary="")))

    original = [renamed(finding) for finding in found(World().run(program).events)]
    other = found(World(roster=tuple(order)).run(program).events)
    assert original == [(f.seq, *essence(replace(f, summary=""))) for f in other]


@given(world=worlds(FILES, most=30), shift=st.floats(0, 1e6), factor=st.floats(0.1, 10))
def test_time_changes_nothing_but_times(world: World, shift: float, factor: float) -> None:
    moved = [replace(event, t=event.t * factor + shift) for event in world.events]
    assert [replace(finding, t=0.0) for finding in found(moved) if finding.kind not in TIMED] == [
        replace(finding, t=0.0) for finding in found(world.events) if finding.kind not in TIMED
    ]


@given(program=programs(FILES, most=20), data=st.data())
def test_an_independent_agent_changes_nothing(
    program: list[Operation], data: st.DataObject
) -> None:
    mixed = list(program)
    stranger = operations(("private",)).map(lambda op: replace_actor(op, 3))
    for op in data.draw(st.lists(stranger, max_size=8)):
        mixed.insert(data.draw(st.integers(0, len(mixed))), op)
    alone = found(World().run(quiet(program)).events)
    joined = found(World().run(quiet(mixed)).events)
    assert list(map(essence, alone)) == list(map(essence, joined))


def replace_actor(operation: Operation, actor: int) -> Operation:
    return Operation(operation.name, actor, operation.target, operation.text, operation.gap)


def quiet(program: list[Operation]) -> list[Operation]:
    """The program without time, which is not what this is about."""
    return [Operation(op.name, op.actor, op.target, op.text, 0) for op in program]


@given(world=worlds(FILES, most=25), data=st.data())
def test_going_on_from_a_copy_in_the_middle_changes_nothing(
    world: World, data: st.DataObject
) -> None:
    middle = data.draw(st.integers(0, len(world.events)))
    state, findings = State(), Findings()
    for event in world.events[:middle]:
        state.apply(event)
        findings.observe(event, state)
    state, findings = deepcopy((state, findings))
    for event in world.events[middle:]:
        state.apply(event)
        findings.observe(event, state)
    assert findings.all == found(world.events)


@given(world=worlds(FILES, most=25))
def test_the_findings_of_a_prefix_are_a_prefix_of_the_findings(world: World) -> None:
    state, findings = State(), Findings()
    whole = found(world.events)
    for event in world.events:
        state.apply(event)
        before = len(findings.all)
        new = findings.observe(event, state)
        assert findings.all[before:] == new
        assert findings.all == whole[: len(findings.all)]
        assert all(finding.seq == event.seq for finding in new)


@given(world=worlds(FILES, most=30))
def test_every_finding_has_evidence_that_exists(world: World) -> None:
    for finding in found(world.events):
        check_evidence(world, finding)
        if finding.kind not in PAIRS:
            continue
        seqs = [step.seq for step in finding.witness]
        assert seqs[-1] == finding.seq
        assert {world.events[seq - 1].agent for seq in seqs} == set(finding.agents)
        newest = world.state.version(finding.paths[0], int(finding.facts["newer"]))
        assert newest is not None
        text = world.state.text(newest.blob)
        for lines in finding.lines:
            assert text is not None
            assert 1 <= lines.start <= lines.end <= text.count("\n")


@given(world=worlds(FILES, most=30))
def test_ids_are_unique_and_counts_add_up(world: World) -> None:
    state, findings = State(), Findings()
    for event in world.events:
        state.apply(event)
        findings.observe(event, state)
    assert len({finding.id for finding in findings.all}) == len(findings.all)
    counts = findings.counts()
    assert list(counts) == [kind.value for kind in Kind]
    shown = [f for f in findings.all if f.verdict is not Verdict.CLEAR]
    assert Counter(f.kind.value for f in shown) == Counter(
        {kind: count for kind, count in counts.items() if count}
    )
    split = [findings.counts(verdict) for verdict in (Verdict.FOUND, Verdict.UNKNOWN)]
    assert {kind: split[0][kind] + split[1][kind] for kind in counts} == counts
    by_kind = findings.by_kind()
    clear = findings.counts(Verdict.CLEAR)
    assert {kind.value: len(every) - clear[kind] for kind, every in by_kind.items()} == counts


@given(events=st.lists(any_event(), max_size=10))
def test_any_events_are_looked_at_without_failing(events: list[Any]) -> None:
    found(events)
