"""The sum of a list of numbers."""

from safe_add import safe_add


def sum_list(values):
    """Return the sum of `values`, 0 for none; the errors are those of `safe_add`."""
    total = 0
    for value in values:
        total = safe_add(total, value)
    return total
