"""Whether a number is zero."""


def is_zero(x):
    """Return whether `x` is equal to 0."""
    return x == 0
