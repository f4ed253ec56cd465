"""The whole drawing."""


def make_svg(width, height, children):
    """Return the drawing of `children`; ValueError when it has no size."""
    if width <= 0 or height <= 0:
        raise ValueError("a drawing has a size")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    return head + "".join(children) + "</svg>"
