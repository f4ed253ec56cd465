"""The population standard deviation."""

import math

from variance import variance


def std_dev(values):
    """Return the square root of the variance of `values`."""
    return math.sqrt(variance(values))
