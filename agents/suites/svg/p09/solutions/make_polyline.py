"""An open line through points."""


def make_polyline(points):
    """Return a polyline element through `points`."""
    pairs = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline points="{pairs}" fill="none" stroke="black"/>'
