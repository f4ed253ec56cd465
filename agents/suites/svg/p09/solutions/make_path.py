"""A path through points."""


def make_path(points, closed=False):
    """Return a path element through `points`, closed if asked for."""
    steps = "L".join(f"{x} {y}" for x, y in points)
    end = ""
    if closed:
        end = "Z"
    return f'<path d="M{steps}{end}"/>'
