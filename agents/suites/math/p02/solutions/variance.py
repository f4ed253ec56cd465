"""The population variance."""

from mean import mean


def variance(values):
    """Return the mean squared distance of `values` from their mean, 0.0 for none."""
    centre = mean(values)
    return mean([(value - centre) ** 2 for value in values])
