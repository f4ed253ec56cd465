"""Whether a number is even."""


def is_even(n):
    """Return whether `n` is a multiple of 2."""
    return n % 2 == 0
