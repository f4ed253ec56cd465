"""Several points as text."""

from fmt_coord import fmt_coord


def fmt_points(points):
    """Return the points with a space between them."""
    return " ".join(fmt_coord(x, y) for x, y in points)
