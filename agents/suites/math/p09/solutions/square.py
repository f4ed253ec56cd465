"""The second power of a number."""


def square(x):
    """Return `x` squared."""
    return x * x
