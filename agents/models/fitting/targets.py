"""What stage 2 aims at: the traces' means per suite and team size, and how far off a mean is.

Counts are compared by their square roots, whose spread hardly depends on their size. A gap is
measured in the spread that sessions of all three kinds of suites have around their own cell's
mean: where the real models themselves vary much, a simulation need not be closer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from agents.models.fitting.measuring import METRICS, Counts
from agents.models.fitting.traces import Traces

SUITES = ("math/p0.9", "math/p0.5", "math/p0.2")
SIZES = (1, 3, 5)
"""Team sizes that are simulated in a fit."""
COMPARED = {
    "decentralized": {
        "rounds": 2.0,
        "concurrent_writes": 1.5,
        "rewrites": 1.5,
        "claims_blocked": 1.0,
        "test_runs": 1.0,
        "failed_tests": 1.0,
        "writes": 1.0,
        "replies": 1.0,
        "tokens_out": 0.5,
        "success": 1.5,
    },
    "preassigned": {
        "rounds": 2.0,
        "rewrites": 1.0,
        "writes": 1.0,
        "test_runs": 1.0,
        "tokens_out": 0.5,
        "success": 1.5,
    },
}
"""The metrics that the search looks at, by team, and their weight. Preassigned teams have neither
claims nor shared tasks here, and call only those who still have work; the traces' teams called
everybody."""
LEAST_SPREAD = 0.35
"""Of a square root; of a share of successes, `LEAST_SPREAD_OF_SHARE`."""
LEAST_SPREAD_OF_SHARE = 0.15
BOUND = 3.0
"""A gap of more spreads than this counts no more than this times its size: one metric that the
rules put out of reach must not decide everything else."""

Cell = tuple[str, int]
"""A suite and a team size."""


@dataclass(frozen=True, slots=True)
class Target:
    """The traced mean of one metric in one cell, from `sessions` sessions, and its spread."""

    mean: float
    spread: float
    sessions: int


def targets(traces: Traces, model: str, team: str) -> dict[Cell, dict[str, Target]]:
    """The targets of a model in one kind of team, of every metric."""
    cells: dict[Cell, list[Counts]] = {}
    for session in traces.chosen(model, team):
        cells.setdefault((session.suite, session.agents), []).append(session.counts)
    spreads = {metric: _spread(metric, list(cells.values())) for metric in METRICS}
    return {
        (suite, size): {
            metric: Target(mean_of(metric, cells[suite, size]) or 0.0, spreads[metric], len(found))
            for metric in METRICS
        }
        for suite in SUITES
        for size in sorted({size for _, size in cells})
        if (found := cells.get((suite, size)))
    }


def mean_of(metric: str, sessions: Sequence[Counts]) -> float | None:
    """The mean over the sessions that have the metric."""
    values = [value for s in sessions if (value := getattr(s, metric)) is not None]
    return fmean(values) if values else None


def _spread(metric: str, cells: Sequence[Sequence[Counts]]) -> float:
    """The standard deviation around the cells' means, pooled over cells."""
    squares: list[float] = []
    free = 0
    for sessions in cells:
        values = [scaled(metric, v) for s in sessions if (v := getattr(s, metric)) is not None]
        if len(values) > 1:
            centre = fmean(values)
            squares += [(value - centre) ** 2 for value in values]
            free += len(values) - 1
    least = LEAST_SPREAD_OF_SHARE if metric == "success" else LEAST_SPREAD
    return max(least, math.sqrt(sum(squares) / free)) if free else least


def scaled(metric: str, value: float) -> float:
    """The scale on which values of a metric are compared."""
    return value if metric == "success" else math.sqrt(value)


def distance(
    aims: Mapping[Cell, Mapping[str, Target]],
    played: Mapping[Cell, Sequence[Counts]],
    team: str,
) -> float:
    """How far simulated sessions are from the targets: the weighted mean, over metrics and the
    cells played, of squared gaps in spreads (beyond `BOUND`, of their size times it)."""
    total = weight = 0.0
    for cell, sessions in played.items():
        for metric, importance in COMPARED[team].items():
            target = aims[cell][metric]
            got = mean_of(metric, sessions) or 0.0
            gap = abs(scaled(metric, got) - scaled(metric, target.mean)) / target.spread
            total += importance * (gap**2 if gap < BOUND else BOUND * gap)
            weight += importance
    return total / weight
