"""A triangle with a right angle."""


def make_triangle(x, y, width, height):
    """Return the triangle whose right angle is at (x, y)."""
    right = x + width
    low = y + height
    return f'<polygon points="{x},{y} {right},{y} {x},{low}" fill="none" stroke="black"/>'
