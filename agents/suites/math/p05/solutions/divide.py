"""The quotient of two numbers."""


def divide(a, b):
    """Return `a / b`; ValueError when `b` is 0."""
    if b == 0:
        raise ValueError("division by zero")
    return a / b
