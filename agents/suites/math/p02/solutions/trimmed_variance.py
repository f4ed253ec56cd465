"""The population variance of a list without its outliers."""

from filter_outliers import filter_outliers
from trimmed_mean import trimmed_mean


def trimmed_variance(values, threshold=2.0):
    """Return the variance of what `filter_outliers` keeps of `values`, 0.0 for none."""
    kept = filter_outliers(values, threshold)
    if not kept:
        return 0.0
    centre = trimmed_mean(values, threshold)
    return sum((value - centre) ** 2 for value in kept) / len(kept)
