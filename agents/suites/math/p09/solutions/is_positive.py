"""Whether a number is positive."""


def is_positive(x):
    """Return whether `x` is greater than 0."""
    return x > 0
