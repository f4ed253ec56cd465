"""The opposite of a number."""


def negate(x):
    """Return `-x`."""
    return -x
