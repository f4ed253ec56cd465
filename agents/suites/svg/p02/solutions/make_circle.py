"""A circle in the square around it."""

from make_rect import make_rect


def make_circle(cx, cy, r):
    """Return the square around the circle and the circle."""
    frame = make_rect(cx - r, cy - r, 2 * r, 2 * r)
    return frame + f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="none" stroke="black"/>'
