"""A straight line."""


def make_line(x1, y1, x2, y2):
    """Return the line from (x1, y1) to (x2, y2)."""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="black"/>'
