"""Means with their errors, ratios with theirs, and bootstrap intervals."""

import math
from collections.abc import Callable, Sequence
from random import Random
from statistics import fmean, variance
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")

LEVEL = 0.95
RESAMPLES = 1000


class Estimate(Struct, frozen=True):
    """A mean and its standard error."""

    mean: float
    sem: float


class Interval(Struct, frozen=True):
    """From `low` to `high` at the level `LEVEL`, around `value`."""

    value: float
    low: float
    high: float


def spread(values: Sequence[float]) -> float:
    """The sample variance (ddof 1); 0 for a single value, of which no spread is known."""
    return variance(values) if len(values) > 1 else 0.0


def estimate(values: Sequence[float]) -> Estimate:
    """The mean with s / sqrt(k). Raises `statistics.StatisticsError` for no values."""
    return Estimate(fmean(values), math.sqrt(spread(values) / len(values)))


def relative_error(values: Sequence[float]) -> float:
    """s^2 / (k m^2), the square of a mean's relative error."""
    return spread(values) / (len(values) * fmean(values) ** 2)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile of sorted values, between neighbours in proportion."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def percentile_interval(value: float, draws: Sequence[float]) -> Interval:
    """The bootstrap percentile interval (Efron 1979) of `draws` around `value`."""
    ordered = sorted(draws)
    tail = (1 - LEVEL) / 2
    return Interval(value, quantile(ordered, tail), quantile(ordered, 1 - tail))


def bootstrap(
    values: Sequence[T], of: Callable[[Sequence[T]], float], seed: str, resamples: int = RESAMPLES
) -> Interval:
    """The interval of `of(values)` under resampling with replacement."""
    dice = Random(seed)
    draws = [of(dice.choices(values, k=len(values))) for _ in range(resamples)]
    return percentile_interval(of(values), draws)


def mean_interval(values: Sequence[float], seed: str) -> Interval:
    """The bootstrap interval of a mean."""
    return bootstrap(values, fmean, seed)
