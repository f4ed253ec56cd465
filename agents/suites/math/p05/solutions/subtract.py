"""The difference of two numbers."""


def subtract(a, b):
    """Return `a - b`."""
    return a - b
