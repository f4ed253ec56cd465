"""The standard score of a number against a list without its outliers."""

from trimmed_mean import trimmed_mean
from trimmed_std import trimmed_std


def trimmed_z_score(x, values, threshold=2.0):
    """Return the trimmed deviations from `x` down to the trimmed mean, 0.0 without spread."""
    spread = trimmed_std(values, threshold)
    if spread == 0:
        return 0.0
    return (x - trimmed_mean(values, threshold)) / spread
