"""The greatest element of a list."""


def max_val(values):
    """Return the greatest of `values`, None for none."""
    return max(values, default=None)
