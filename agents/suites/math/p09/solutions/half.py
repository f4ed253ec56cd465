"""Half of a number."""


def half(x):
    """Return `x / 2`."""
    return x / 2
