"""Scaling laws fitted to a condition, with bootstrap intervals, or the reason why not.

Five noisy team sizes do not always say what slows a team down. A law is *not identified* when the
sessions at hand would as well have given something quite different, and then its numbers are not
to be used; the reason says which test it failed.

A failed session says that the work takes longer than it lasted, so it is censored: the mean time
of a size is the time of all its sessions over the number of those that succeeded (the maximum
likelihood estimate for exponential times with censoring). The paper's figures leave failed
sessions out, which flatters sizes that fail often.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from random import Random
from statistics import StatisticsError, correlation, fmean

from msgspec import Struct

from agents.metrics.speedup import amdahl
from agents.reports.rows import SessionRow, distinct
from agents.reports.statistics import Interval, percentile_interval

RESAMPLES = 400
WIDEST_SHARE = 0.5
"""An interval of a serial share that is wider says little: shares lie between 0 and 1."""
WIDEST_PEAK = 4.0
"""An interval of the best team size that spans more than this factor says little."""
MOST_LOST = 0.2
"""Share of resamples in which a size may be left without a success, or a coefficient at 0."""
INSEPARABLE = 0.95
"""Correlation of two coefficients beyond which they cannot be told apart."""

Sizes = Mapping[int, float]
"""Speedup by number of agents, beyond one."""


class Law(Struct, frozen=True):
    """A fitted law. `parameters` by name; `error` is the root mean square of measured minus
    fitted speedup."""

    name: str
    formula: str
    parameters: dict[str, Interval]
    error: float
    identified: bool
    reason: str = ""


class Laws(Struct, frozen=True):
    """All laws of one condition, with what they were fitted to."""

    speedup: dict[int, Interval]
    """Censored: failed sessions count as lasting at least as long as they did."""
    karp_flatt: dict[int, Interval]
    """e = (1/S - 1/n) / (1 - 1/n) (Karp and Flatt 1990): constant for serial work, rising with
    overhead, above 1 where the team is slower than one agent."""
    bound: float
    """work / span: no team of any size is faster."""
    fits: tuple[Law, ...]


def mean_time(rows: Sequence[SessionRow]) -> float | None:
    """The censored mean of the seconds to success; `None` without a success."""
    successes = sum(row.success for row in rows)
    return sum(row.seconds for row in rows) / successes if successes else None


def censored_speedup(rows: Sequence[SessionRow], agents: int) -> float | None:
    """The mean over suites of one agent's mean time over that of `agents`."""
    ratios = []
    for kind in distinct(row.kind for row in rows):
        times = [
            mean_time([row for row in rows if (row.kind, row.agents) == (kind, n)])
            for n in (1, agents)
        ]
        if times[0] and times[1]:
            ratios.append(times[0] / times[1])
    return fmean(ratios) if ratios else None


def amdahl_share(sizes: Sizes) -> float:
    """The serial share s of 1/S = s + (1 - s)/n with the least squares (Amdahl 1967)."""
    pairs = [(1 - 1 / n, 1 / s - 1 / n) for n, s in sizes.items()]
    return sum(x * y for x, y in pairs) / sum(x * x for x, _ in pairs)


def gustafson_share(sizes: Sizes) -> float:
    """The serial share s of S = n - s(n - 1) with the least squares (Gustafson 1988)."""
    pairs = [(n - 1, n - s) for n, s in sizes.items()]
    return sum(x * y for x, y in pairs) / sum(x * x for x, _ in pairs)


def usl_coefficients(sizes: Sizes) -> tuple[float, float]:
    """Contention a and coherence b, neither below 0, of S = n / (1 + a(n-1) + b n(n-1)) with the
    least squares of n/S - 1 (Gunther 2007; one agent is the measure, so g = 1)."""
    rows = [(n - 1, n * (n - 1), n / s - 1) for n, s in sizes.items()]
    xx = sum(x * x for x, _, _ in rows)
    xy = sum(x * y for x, y, _ in rows)
    yy = sum(y * y for _, y, _ in rows)
    xv = sum(x * v for x, _, v in rows)
    yv = sum(y * v for _, y, v in rows)
    determinant = xx * yy - xy * xy
    if determinant > 0:
        a, b = (xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant
        if a >= 0 and b >= 0:
            return a, b
    alone = [(max(0.0, xv / xx), 0.0), (0.0, max(0.0, yv / yy))]
    return min(alone, key=lambda ab: sum((ab[0] * x + ab[1] * y - v) ** 2 for x, y, v in rows))


def usl_peak(a: float, b: float) -> float:
    """The team size of the greatest speedup, sqrt((1 - a) / b), at least 1; infinite without
    coherence."""
    if a >= 1:
        return 1.0
    return max(1.0, math.sqrt((1 - a) / b)) if b > 0 else math.inf


def fit(rows: Sequence[SessionRow], seed: str, resamples: int = RESAMPLES) -> Laws | None:
    """The laws of one condition's sessions; `None` without a speedup to fit."""
    agents = sorted({row.agents for row in rows} - {1})
    measured = _speedups(rows, agents)
    if not measured:
        return None
    draws = _draws(rows, agents, seed, resamples)
    work, span = max((row.work, row.span) for row in rows)
    return Laws(
        speedup={n: percentile_interval(s, _of(draws, n) or [s]) for n, s in measured.items()},
        karp_flatt={
            n: percentile_interval(_karp_flatt(n, s), [_karp_flatt(n, d) for d in _of(draws, n)])
            for n, s in measured.items()
            if _of(draws, n)
        },
        bound=work / span if span else float(max(agents)),
        fits=(
            _share_law(
                "Amdahl", "S = 1 / (s + (1-s)/n)", amdahl_share, _amdahl_curve, measured, draws
            ),
            _share_law(
                "Gustafson", "S = n - s(n-1)", gustafson_share, _gustafson_curve, measured, draws
            ),
            _usl(measured, draws),
        ),
    )


def _karp_flatt(n: int, speedup: float) -> float:
    return (1 / speedup - 1 / n) / (1 - 1 / n)


def _amdahl_curve(share: float, n: int) -> float:
    return amdahl(1 - share, n) if 0 <= share <= 1 else 1 / (share + (1 - share) / n)


def _gustafson_curve(share: float, n: int) -> float:
    return n - share * (n - 1)


def _speedups(rows: Sequence[SessionRow], agents: Sequence[int]) -> dict[int, float]:
    found = {n: censored_speedup(rows, n) for n in agents}
    return {n: value for n, value in found.items() if value is not None}


def _draws(
    rows: Sequence[SessionRow], agents: Sequence[int], seed: str, resamples: int
) -> list[dict[int, float]]:
    """Speedups under resampling of the sessions within each suite and team size."""
    dice = Random(seed)
    cells: dict[tuple[str, int], list[SessionRow]] = {}
    for row in rows:
        cells.setdefault((row.kind, row.agents), []).append(row)
    draws = []
    for _ in range(resamples):
        drawn = [row for cell in cells.values() for row in dice.choices(cell, k=len(cell))]
        draws.append(_speedups(drawn, agents))
    return draws


def _of(draws: Sequence[Sizes], n: int) -> list[float]:
    return [draw[n] for draw in draws if n in draw]


def _error(measured: Sizes, curve: Callable[[int], float]) -> float:
    return math.sqrt(fmean((s - curve(n)) ** 2 for n, s in measured.items()))


def _whole(measured: Sizes, draws: Sequence[Sizes]) -> list[Sizes]:
    """The resamples in which every size still had a success."""
    return [draw for draw in draws if len(draw) == len(measured)]


def _lost(measured: Sizes, draws: Sequence[Sizes]) -> str:
    share = 1 - len(_whole(measured, draws)) / len(draws)
    if share > MOST_LOST:
        return f"some team size is left without a success in {share:.0%} of resamples"
    return ""


def _share_law(
    name: str,
    formula: str,
    share_of: Callable[[Sizes], float],
    curve: Callable[[float, int], float],
    measured: Sizes,
    draws: Sequence[Sizes],
) -> Law:
    value = share_of(measured)
    whole = _whole(measured, draws) or [measured]
    interval = percentile_interval(value, [share_of(draw) for draw in whole])
    reason = _lost(measured, draws)
    if len(measured) < 2:
        reason = "one team size beyond one agent fits any such law"
    elif interval.high - interval.low > WIDEST_SHARE and not reason:
        reason = f"the serial share may be anything from {interval.low:.2f} to {interval.high:.2f}"
    elif interval.low > 1 and not reason:
        reason = "the teams are slower than one agent: there is no parallel share to speak of"
    error = _error(measured, lambda n: curve(value, n))
    return Law(name, formula, {"s": interval}, error, not reason, reason)


def _usl(measured: Sizes, draws: Sequence[Sizes]) -> Law:
    a, b = usl_coefficients(measured)
    fits = [usl_coefficients(draw) for draw in _whole(measured, draws) or [measured]]
    contention, coherence = [pair[0] for pair in fits], [pair[1] for pair in fits]
    peak = usl_peak(a, b)
    parameters = {
        "a": percentile_interval(a, contention),
        "b": percentile_interval(b, coherence),
    }
    peaks = percentile_interval(
        _finite(peak, measured), [_finite(usl_peak(*pair), measured) for pair in fits]
    )
    reason = _lost(measured, draws) or _inseparable(measured, contention, coherence)
    a_low, a_high = parameters["a"].low, parameters["a"].high
    if not reason and a_high - a_low > WIDEST_SHARE:
        reason = f"a may be anything from {a_low:.2f} to {a_high:.2f}"
    if not reason and peaks.high > WIDEST_PEAK * peaks.low:
        reason = f"the peak may lie anywhere from {peaks.low:.1f} to {peaks.high:.0f} agents"
    elif not reason:
        parameters["peak"] = peaks
    error = _error(measured, lambda n: n / (1 + a * (n - 1) + b * n * (n - 1)))
    formula = "S = n / (1 + a(n-1) + b n(n-1))"
    return Law("Universal Scalability", formula, parameters, error, not reason, reason)


def _finite(peak: float, measured: Sizes) -> float:
    """A peak far beyond what was measured is known to be beyond it and no more."""
    return min(peak, 10.0 * max(measured))


def _inseparable(measured: Sizes, contention: Sequence[float], coherence: Sequence[float]) -> str:
    if len(measured) < 3:
        return f"two coefficients cannot be told from {len(measured)} team sizes beyond one agent"
    for name, values in (("a", contention), ("b", coherence)):
        zero = fmean(value == 0 for value in values)
        if MOST_LOST < zero < 1 - MOST_LOST:
            return f"{name} is 0 in {zero:.0%} of resamples and not in the others"
    try:
        together = correlation(contention, coherence)
    except StatisticsError:  # one of them is 0 throughout
        return ""
    if abs(together) > INSEPARABLE:
        return f"a and b cannot be told apart (correlation {together:.2f})"
    return ""
