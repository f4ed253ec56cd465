"""A closed line through points."""


def make_polygon(points):
    """Return a polygon element through `points`; ValueError for fewer than three."""
    if len(points) < 3:
        raise ValueError("a polygon has at least three points")
    pairs = " ".join(f"{x},{y}" for x, y in points)
    return f'<polygon points="{pairs}" fill="none" stroke="black"/>'
