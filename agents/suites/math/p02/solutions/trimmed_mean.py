"""The mean of a list without its outliers."""

from filter_outliers import filter_outliers
from mean import mean


def trimmed_mean(values, threshold=2.0):
    """Return the mean of what `filter_outliers` keeps of `values`, 0.0 for none."""
    return mean(filter_outliers(values, threshold))
