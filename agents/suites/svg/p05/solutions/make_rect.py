"""A rectangle, drawn as the two triangles beside its diagonal."""

from make_triangle import make_triangle


def make_rect(x, y, width, height):
    """Return both triangles of the rectangle that begins at (x, y)."""
    opposite = make_triangle(x + width, y + height, -width, -height)
    return make_triangle(x, y, width, height) + opposite
