"""The least element of a list."""


def min_val(values):
    """Return the least of `values`, None for none."""
    return min(values, default=None)
