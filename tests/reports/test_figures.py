"""The paper's formulas on sessions small enough to work out by hand."""

import math

import pytest

from agents.reports import figures
from agents.reports.statistics import Estimate, quantile
from tests.reports.sessions import session


def test_speedup_is_the_mean_over_suites_of_ratios_of_means() -> None:
    rows = [
        *(session(seconds=s) for s in (10.0, 14.0)),
        *(session(seconds=s, agents=2) for s in (5.0, 7.0)),
        session(kind="svg", seconds=9.0),
        session(kind="svg", seconds=3.0, agents=2),
    ]
    found = figures.speedup(rows)["m"]["decentralized"]["p0.5"]
    assert found[1] == Estimate(1.0, 0.0)
    assert found[2].mean == pytest.approx((2.0 + 3.0) / 2)
    math_error = 2.0**2 * (8 / (2 * 12**2) + 2 / (2 * 6**2))
    assert found[2].sem == pytest.approx(math.sqrt(math_error) / 2)


def test_a_suite_counts_only_where_both_sizes_succeeded() -> None:
    rows = [
        session(seconds=10.0),
        session(seconds=5.0, agents=2),
        session(kind="svg", seconds=9.0, success=False),
        session(kind="svg", seconds=1.0, agents=2),
        session(kind="data", seconds=8.0),
        session(kind="data", seconds=1.0, agents=2, success=False),
    ]
    found = figures.speedup(rows)["m"]["decentralized"]["p0.5"]
    assert found[2].mean == pytest.approx(2.0)
    assert figures.speedup([session(success=False), session(agents=2)]) == {}


def test_conflicts_and_failed_tests_are_of_successful_sessions() -> None:
    rows = [
        session(concurrent_writes=4, rewrites=1, failed_test_runs=3, rounds=2),
        session(concurrent_writes=2, claims_blocked=5, failed_test_runs=1, rounds=4),
        session(concurrent_writes=99, failed_test_runs=99, success=False),
    ]
    found = figures.conflicts(rows)["m"]["decentralized"]
    assert found.concurrent_writes == Estimate(3.0, pytest.approx(1.0))
    assert (found.rewrites.mean, found.claims_blocked.mean) == (0.5, 2.5)
    assert figures.failed_tests(rows)["m"]["decentralized"].mean == 2.0
    assert figures.failed_tests(rows, per_round=True)["m"]["decentralized"].mean == 0.875


def test_gaps_are_of_rounds_and_failed_sessions_count() -> None:
    rows = [
        session(agents=2, gaps=(1.0, 3.0)),
        session(agents=2, gaps=(5.0,), success=False),
        session(agents=3, gaps=()),
    ]
    found = figures.straggler_gap(rows)["m"]["decentralized"]["p0.5"]
    assert found == {2: Estimate(3.0, pytest.approx(2 / math.sqrt(3)))}


def test_extra_is_a_difference_of_means_by_size() -> None:
    rows = [
        session(agents=2, replies=10),
        session(agents=2, replies=20, success=False),
        session(agents=2, replies=4, mode="preassigned"),
        session(agents=3, replies=7),
    ]
    assert figures.extra_messages(rows) == {"m": {2: Estimate(11.0, pytest.approx(5.0))}}


def test_cost_is_a_mean_of_ratios() -> None:
    rows = [
        session(seconds=10.0, tokens_in=100, tokens_out=0),
        session(seconds=5.0, tokens_in=300, tokens_out=100, agents=2),
        session(kind="svg", seconds=8.0, tokens_in=100, tokens_out=0),
        session(kind="svg", seconds=2.0, tokens_in=50, tokens_out=50, agents=2),
    ]
    found = figures.cost(rows)["m"]["decentralized"]["p0.5"]
    assert found[1] == figures.Cost(1.0, 1.0, 1.0)
    assert found[2] == figures.Cost(3.0, 2.5, pytest.approx((0.5 + 4.0) / 2))


def test_structures_go_from_the_most_parallel_on() -> None:
    rows = [session(structure=s) for s in ("p0.2", "p0.9", "p0.5")]
    order = [condition.structure for condition in figures.conditions(rows)]
    assert order == ["p0.9", "p0.5", "p0.2"]


def test_quantiles_lie_between_neighbours() -> None:
    values = [1.0, 2.0, 4.0]
    assert [quantile(values, share) for share in (0, 0.25, 0.5, 1)] == [1.0, 1.5, 2.0, 4.0]
    assert quantile([7.0], 0.3) == 7.0
