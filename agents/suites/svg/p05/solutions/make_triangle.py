"""A triangle with a right angle."""

from make_polygon import make_polygon


def make_triangle(x, y, width, height):
    """Return the triangle whose right angle is at (x, y)."""
    return make_polygon([(x, y), (x + width, y), (x, y + height)])
