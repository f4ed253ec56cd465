"""A rectangle."""


def make_rect(x, y, width, height):
    """Return the rectangle that begins at (x, y)."""
    place = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    return f'<rect {place} fill="none" stroke="black"/>'
