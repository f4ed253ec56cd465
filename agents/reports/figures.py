"""The paper's figures from rows, each by the formula behind it.

Successful sessions only, unless a function says otherwise. A condition of which no session is
left is left out, and so is a suite whose single agent never succeeded: there is nothing to divide
by. Keys of the dicts: model, mode, structure, number of agents.
"""

import math
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import TypeAlias

from msgspec import Struct

from agents.reports.rows import SessionRow, distinct, structures
from agents.reports.statistics import Estimate, estimate, relative_error

PREASSIGNED, DECENTRALIZED = "preassigned", "decentralized"


class Conflicts(Struct, frozen=True):
    """Means per session."""

    concurrent_writes: Estimate
    rewrites: Estimate
    claims_blocked: Estimate
    concurrent_by_author: Estimate


class Cost(Struct, frozen=True):
    """Means over suites: speedup, tokens as a multiple of one agent's, and speedup per multiple."""

    speedup: float
    token_multiplier: float
    efficiency: float


ByAgents: TypeAlias = dict[int, Estimate]
Curves: TypeAlias = dict[str, dict[str, dict[str, ByAgents]]]


class Condition(Struct, frozen=True):
    """What a curve is of."""

    model: str
    mode: str
    structure: str


def conditions(rows: Sequence[SessionRow]) -> list[Condition]:
    """Every model, mode and structure that occur together; structures most parallel first."""
    order = structures(rows)
    found = {Condition(row.model, row.mode, row.structure_name) for row in rows}
    return sorted(found, key=lambda c: (c.model, c.mode, order.index(c.structure)))


def matching(rows: Sequence[SessionRow], condition: Condition) -> list[SessionRow]:
    """The sessions of a condition."""
    wanted = (condition.model, condition.mode, condition.structure)
    return [row for row in rows if (row.model, row.mode, row.structure_name) == wanted]


def per_condition(
    rows: Sequence[SessionRow], figure: Callable[[list[SessionRow], int], Estimate | None]
) -> Curves:
    """A figure of every condition and team size, where there is one."""
    curves: Curves = {}
    for condition in conditions(rows):
        own = matching(rows, condition)
        sizes = {n: figure(own, n) for n in sorted({row.agents for row in own})}
        found = {n: value for n, value in sizes.items() if value is not None}
        if found:
            modes = curves.setdefault(condition.model, {})
            modes.setdefault(condition.mode, {})[condition.structure] = found
    return curves


def _by_suite(rows: Sequence[SessionRow], agents: int) -> list[tuple[list[SessionRow], ...]]:
    """For each suite, the successful sessions of one agent and of `agents`, where there are
    both."""
    pairs = []
    for kind in distinct(row.kind for row in rows):
        own = [row for row in rows if row.kind == kind and row.success]
        pair = tuple([row for row in own if row.agents == n] for n in (1, agents))
        if all(pair):
            pairs.append(pair)
    return pairs


def speedup_of(rows: Sequence[SessionRow], agents: int) -> Estimate | None:
    """The mean over suites of (mean seconds of one agent / mean seconds of `agents`), with its
    propagated error: (1/K) sqrt(sum of S^2 (s1^2 / (k1 T1^2) + sn^2 / (kn Tn^2)))."""
    pairs = _by_suite(rows, agents)
    if not pairs:
        return None
    if agents == 1:
        return Estimate(1.0, 0.0)
    ratios, squares = [], []
    for alone, team in pairs:
        before, after = [[row.seconds for row in side] for side in (alone, team)]
        ratio = fmean(before) / fmean(after)
        ratios.append(ratio)
        squares.append(ratio**2 * (relative_error(before) + relative_error(after)))
    return Estimate(fmean(ratios), math.sqrt(sum(squares)) / len(ratios))


def speedup(rows: Sequence[SessionRow]) -> Curves:
    """Figures 2 and 3A."""
    return per_condition(rows, speedup_of)


def _teams(rows: Sequence[SessionRow]) -> list[tuple[str, str, list[SessionRow]]]:
    """Each model's sessions in each mode."""
    keys = sorted({(row.model, row.mode) for row in rows})
    return [(*key, [row for row in rows if (row.model, row.mode) == key]) for key in keys]


def conflicts(rows: Sequence[SessionRow]) -> dict[str, dict[str, Conflicts]]:
    """Figure 3B, for every mode: counts per session."""
    result: dict[str, dict[str, Conflicts]] = {}
    for model, mode, own in _teams([row for row in rows if row.success]):
        counts = {
            name: estimate([float(getattr(row, name)) for row in own])
            for name in Conflicts.__struct_fields__
        }
        result.setdefault(model, {})[mode] = Conflicts(**counts)
    return result


def failed_tests(
    rows: Sequence[SessionRow], per_round: bool = False
) -> dict[str, dict[str, Estimate]]:
    """Figure 3C: failed test runs per session, or per round of a session."""
    result: dict[str, dict[str, Estimate]] = {}
    for model, mode, own in _teams([row for row in rows if row.success]):
        values = [
            row.failed_test_runs / (row.rounds if per_round else 1)
            for row in own
            if row.rounds or not per_round
        ]
        if values:
            result.setdefault(model, {})[mode] = estimate(values)
    return result


def straggler_gap(rows: Sequence[SessionRow]) -> Curves:
    """Figure 5: seconds by which a round's slowest reply lies above the round's mean, over rounds
    of all sessions, failed ones too."""

    def gap(own: list[SessionRow], agents: int) -> Estimate | None:
        gaps = [gap for row in own if row.agents == agents for gap in row.gaps]
        return estimate(gaps) if gaps else None

    return per_condition(rows, gap)


def extra(
    rows: Sequence[SessionRow],
    count: Callable[[SessionRow], int],
    mode: str = DECENTRALIZED,
    baseline: str = PREASSIGNED,
) -> dict[str, dict[int, Estimate]]:
    """Figure 4: the mean count of sessions in `mode` minus that of those in `baseline`, by team
    size; failed sessions too. The error is that of a difference of independent means."""
    result: dict[str, dict[int, Estimate]] = {}
    for model in sorted({row.model for row in rows}):
        for agents in sorted({row.agents for row in rows if row.model == model}):
            own = [row for row in rows if (row.model, row.agents) == (model, agents)]
            sides = [[float(count(row)) for row in own if row.mode == m] for m in (mode, baseline)]
            if all(sides):
                more, less = map(estimate, sides)
                difference = Estimate(more.mean - less.mean, math.hypot(more.sem, less.sem))
                result.setdefault(model, {})[agents] = difference
    return result


def extra_messages(rows: Sequence[SessionRow]) -> dict[str, dict[int, Estimate]]:
    """Figure 4A: replies."""
    return extra(rows, lambda row: row.replies)


def extra_idle_rounds(rows: Sequence[SessionRow]) -> dict[str, dict[int, Estimate]]:
    """Figure 4B: rounds with a reply and no completed task."""
    return extra(rows, lambda row: row.idle_rounds)


def cost_of(rows: Sequence[SessionRow], agents: int) -> Cost | None:
    """Figure 6 of one condition and team size."""
    parts = []
    for alone, team in _by_suite(rows, agents):
        ratio = fmean(row.seconds for row in alone) / fmean(row.seconds for row in team)
        multiplier = fmean(row.tokens for row in team) / fmean(row.tokens for row in alone)
        parts.append((ratio, multiplier, ratio / multiplier))
    if not parts:
        return None
    return Cost(*(fmean(column) for column in zip(*parts, strict=True)))


def cost(rows: Sequence[SessionRow]) -> dict[str, dict[str, dict[str, dict[int, Cost]]]]:
    """Figure 6."""
    result: dict[str, dict[str, dict[str, dict[int, Cost]]]] = {}
    for condition in conditions(rows):
        own = matching(rows, condition)
        sizes = {n: cost_of(own, n) for n in sorted({row.agents for row in own})}
        found = {n: value for n, value in sizes.items() if value is not None}
        if found:
            modes = result.setdefault(condition.model, {})
            modes.setdefault(condition.mode, {})[condition.structure] = found
    return result
