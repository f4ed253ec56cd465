"""The standard score of a number against a list."""

from mean import mean
from std_dev import std_dev


def z_score(x, values):
    """Return how many deviations `x` lies above the mean of `values`, 0.0 without spread."""
    spread = std_dev(values)
    if spread == 0:
        return 0.0
    return (x - mean(values)) / spread
