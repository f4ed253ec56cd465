"""The population standard deviation of a list without its outliers."""

import math

from trimmed_variance import trimmed_variance


def trimmed_std(values, threshold=2.0):
    """Return the square root of the trimmed variance of `values`."""
    return math.sqrt(trimmed_variance(values, threshold))
