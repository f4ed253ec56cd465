"""The detectors against planted anomalies and the oracle; the aims that the product promises."""

from itertools import combinations, pairwise
from random import Random

import pytest

from tests.oracles import happens_before
from tests.planting.dropping import drop
from tests.planting.generator import TIMED, generate
from tests.planting.labels import Planted
from tests.planting.oracle import MOST, WHOLE, answers, unordered
from tests.planting.play import SCRIPTS
from tests.planting.scoring import Scores, findings_of, score, wilson
from tests.planting.stage import Stage
from tests.planting.timed import timed
from workspaces.anomalies.finding import Kind, Verdict
from workspaces.history import events as e
from workspaces.history.clocks import concurrent
from workspaces.history.state import fold

HISTORIES = 350
SHORT = 260
"""Events of a history that the oracle, which is slow, is asked about."""


def scored(histories: list[Planted], share: float = 0.0) -> Scores:
    scores = Scores()
    for planted in histories:
        score(planted, scores, share)
    return scores


def assert_aims(scores: Scores, kinds: frozenset[Kind], least: int) -> None:
    """Precision 1, recall at least 0.99, every unknown told as such, no near-miss reported."""
    assert scores.mistakes == []
    for kind in kinds:
        counts = scores.kinds[kind]
        assert counts.labels >= least, kind
        assert counts.near >= least, kind
        assert counts.precision == 1.0, kind
        assert counts.recall >= 0.99, kind
        assert counts.unknown_found == counts.unknown_labels, kind
        assert counts.near_reported == 0, kind


def test_what_was_planted_is_found_and_nothing_else() -> None:
    assert_aims(scored([generate(seed) for seed in range(HISTORIES)]), frozenset(Kind) - TIMED, 8)


def test_long_waits_and_turns_are_found_and_usual_ones_are_not() -> None:
    assert_aims(scored([timed(seed) for seed in range(30)]), TIMED, 10)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_thousands_of_histories() -> None:
    scores = Scores()
    for seed in range(10_000, 14_000):
        score(generate(seed), scores)
    assert_aims(scores, frozenset(Kind) - TIMED, 100)
    assert_aims(scored([timed(seed) for seed in range(10_000, 10_300)]), TIMED, 100)


def test_a_seed_is_one_history() -> None:
    assert generate(7) == generate(7)
    assert timed(7) == timed(7)
    assert generate(7).events != generate(8).events


def test_every_script_plays_and_every_kind_is_planted() -> None:
    played = {name for seed in range(HISTORIES) for name in generate(seed).plants}
    assert played == {script.name for script in SCRIPTS}
    assert {kind for script in SCRIPTS for kind in script.kinds} | TIMED == set(Kind)


def test_planted_histories_are_ones_that_fold_and_number_from_one() -> None:
    for seed in range(20):
        events = generate(seed).events
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert all(one.t <= other.t for one, other in pairwise(events))
        for path, versions in fold(events).files.items():
            assert [v.number for v in versions] == list(range(1, len(versions) + 1)), path


def assert_oracle_agrees(histories: list[Planted]) -> None:
    """Neither has seen the other's code, nor either of them the detectors'."""
    compared: set[Kind] = set()
    for planted in histories:
        if len(planted.events) > SHORT:
            continue
        found = answers(planted.events)
        labels = {(label.kind, label.seqs) for label in planted.positive()}
        whole = [{each for each in told if each[0] in WHOLE} for told in (found, labels)]
        assert whole[0] == whole[1], planted.seed
        # Of the rest the oracle knows one rule each; what it knows must be labelled.
        assert {(k, frozenset(s)) for k, s in found} <= {(k, frozenset(s)) for k, s in labels}
        compared |= {kind for kind, _ in found}
    assert compared >= WHOLE


def test_the_labels_are_those_of_the_oracle() -> None:
    rare = (Kind.MERGE_CONFLICT, Kind.HIDDEN_DEPENDENCY, Kind.ORPHAN_CLAIM, Kind.INTERFERENCE)
    assert_oracle_agrees(
        [*map(generate, range(60)), *(generate(seed, only=rare) for seed in range(20))]
    )


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_labels_of_many_histories_are_those_of_the_oracle() -> None:
    assert_oracle_agrees([generate(seed) for seed in range(10_000, 12_000)])


def tiny(seed: int) -> list[e.AnyEvent]:
    """Two or three agents read, write and speak, eight times in all; nothing else happens."""
    rng = Random(seed)
    stage = Stage(rng, ("ada", "bob", "cy")[: rng.choice((2, 3))])
    stage.stopped.update(stage.roster)  # No turns: they would be more events.
    sent: list[e.AnyEvent] = []
    for _ in range(MOST):
        agent = rng.choice(stage.roster)
        what = rng.choice(("read", "write", "write", "send", "deliver"))
        if what == "read":
            stage.read(agent, "notes")
        elif what == "deliver" and sent:
            stage.deliver(agent, sent.pop())
        elif what == "send":
            sent.append(stage.send(agent, "all"))
        else:
            stage.write(agent, "notes", stage.lines(2))
    return stage.events


def test_concurrent_means_that_both_orders_occur() -> None:
    """By every linear extension, by reachability, by vector clocks, and by the detector."""
    met = 0
    for seed in range(25):
        events = tiny(seed)
        acts = [x for x in events if x.steps and x.agent != e.SESSION]
        assert len(acts) == MOST
        both = unordered(acts)
        order = happens_before(events)
        for one, other in combinations(acts, 2):
            pair = (one.seq, other.seq)
            assert (pair in both) == (pair not in order) == concurrent(one, other)
        for finding in findings_of(events):
            if finding.kind is Kind.CONCURRENT_WRITE:
                met += 1
                one, other = map(int, finding.id.split(":")[-2:])
                assert (one, other) in both
    assert met > 20


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_a_lossy_history_folds_and_what_two_writes_prove_stays_true(share: float) -> None:
    """Kinds that are proven by what is recorded stay right whatever else is lost; kinds that
    rest on something not having happened cannot, and `docs/DETECTORS.md` says how far."""
    scores = scored([generate(seed) for seed in range(100)], share)
    for kind in (Kind.CONCURRENT_WRITE, Kind.OVERWRITE, Kind.FOLLOW_UP, Kind.ZOMBIE_WRITE):
        assert scores.kinds[kind].precision == 1.0, kind
    assert scores.kinds[Kind.CONCURRENT_WRITE].found > 0


@pytest.mark.parametrize("share", [0.25, 0.75])
def test_dropping_leaves_a_numbered_history(share: float) -> None:
    planted = generate(3)
    lossy = drop(planted.events, share, 3)
    assert 0 < len(lossy.events) < len(planted.events)
    assert [event.seq for event in lossy.events] == list(range(1, len(lossy.events) + 1))
    assert all(cause < event.seq for event in lossy.events for cause in event.causes)
    for event in lossy.events:
        before = planted.events[lossy.was[event.seq] - 1]
        assert (type(before), before.t, before.clock) == (type(event), event.t, event.clock)


def test_findings_of_outside_writers_are_unknown_and_counted_apart() -> None:
    counts = scored([generate(seed) for seed in range(60)]).kinds[Kind.OVERWRITE]
    assert counts.unknown_labels == counts.unknowns > 0
    outside = [label for label in generate(1).labels if label.verdict is Verdict.UNKNOWN]
    assert all(label.holds for label in outside)


def test_intervals_are_those_of_wilson() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(50, 50)[1] == 1.0
