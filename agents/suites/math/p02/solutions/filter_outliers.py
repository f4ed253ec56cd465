"""A list without its outliers."""

from outlier_mask import outlier_mask


def filter_outliers(values, threshold=2.0):
    """Return `values` without those that `outlier_mask` marks."""
    marks = outlier_mask(values, threshold)
    return [value for value, mark in zip(values, marks) if not mark]
