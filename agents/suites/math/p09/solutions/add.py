"""The sum of two numbers."""


def add(a, b):
    """Return `a + b`."""
    return a + b
