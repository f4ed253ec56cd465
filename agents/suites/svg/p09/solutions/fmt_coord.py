"""A point as text."""

from fmt_num import fmt_num


def fmt_coord(x, y):
    """Return `x` and `y` with a comma between them."""
    return ",".join([fmt_num(x), fmt_num(y)])
