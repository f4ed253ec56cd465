"""A circle."""


def make_circle(cx, cy, r):
    """Return the circle around (cx, cy); ValueError for a negative radius."""
    if r < 0:
        raise ValueError("a radius is not negative")
    return f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="none" stroke="black"/>'
