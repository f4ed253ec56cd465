"""The third power of a number."""


def cube(x):
    """Return `x` cubed."""
    return x * x * x
