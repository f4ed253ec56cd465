"""An open line through points."""

from fmt_points import fmt_points


def make_polyline(points):
    """Return a polyline element through `points`."""
    return f'<polyline points="{fmt_points(points)}" fill="none" stroke="black"/>'
