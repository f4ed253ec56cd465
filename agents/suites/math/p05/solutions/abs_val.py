"""The absolute value."""


def abs_val(x):
    """Return `x` without its sign."""
    return max(x, -x)
