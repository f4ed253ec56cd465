"""The sign of a number."""


def sign(x):
    """Return 1, 0 or -1 as `x` is above, at or below 0."""
    if x > 0:
        return 1
    if x < 0:
        return -1
    return 0
