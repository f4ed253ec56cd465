"""Whether a number is negative."""


def is_negative(x):
    """Return whether `x` is less than 0."""
    return x < 0
