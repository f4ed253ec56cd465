"""The whole drawing."""

from make_legend import make_legend


def make_svg(width, height, names, text, values, step):
    """Return the drawing of a chart; ValueError when it has no size."""
    if width <= 0 or height <= 0:
        raise ValueError("a drawing has a size")
    chart = make_legend(names, text, values, step)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    return head + chart + "</svg>"
