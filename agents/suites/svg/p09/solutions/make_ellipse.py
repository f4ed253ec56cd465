"""An ellipse."""


def make_ellipse(cx, cy, rx, ry):
    """Return the ellipse around (cx, cy); ValueError for a negative radius."""
    if rx < 0 or ry < 0:
        raise ValueError("a radius is not negative")
    return f'<ellipse cx="{cx}" cy="{cy}" rx="{rx}" ry="{ry}" fill="none" stroke="black"/>'
