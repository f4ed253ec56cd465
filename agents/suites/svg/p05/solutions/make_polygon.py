"""A closed line through points."""

from make_polyline import make_polyline


def make_polygon(points):
    """Return a polygon element through `points`; ValueError for fewer than three."""
    if len(points) < 3:
        raise ValueError("a polygon has at least three points")
    return make_polyline(points).replace("polyline", "polygon")
