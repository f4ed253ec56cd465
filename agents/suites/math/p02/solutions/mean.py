"""The arithmetic mean."""

from sum_list import sum_list


def mean(values):
    """Return the mean of `values`, 0.0 for none."""
    if not values:
        return 0.0
    return sum_list(values) / len(values)
