"""The reciprocal of a number."""


def reciprocal(x):
    """Return `1 / x`; ValueError when `x` is 0."""
    if x == 0:
        raise ValueError("zero has no reciprocal")
    return 1 / x
