"""The remainder of a floored division."""


def modulo(a, b):
    """Return `a % b`, which has the sign of `b`; ValueError when `b` is 0."""
    if b == 0:
        raise ValueError("remainder of a division by zero")
    return a % b
