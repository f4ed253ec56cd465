"""The product of two numbers."""


def multiply(a, b):
    """Return `a * b`."""
    return a * b
