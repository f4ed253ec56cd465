"""A number kept within bounds."""


def clamp(x, low, high):
    """Return the number nearest to `x` from `low` to `high`; ValueError if they are crossed."""
    if low > high:
        raise ValueError("low is greater than high")
    return max(low, min(x, high))
