"""Several points as text."""


def fmt_points(points):
    """Return the points with a space between them."""
    return " ".join(f"{x},{y}" for x, y in points)
