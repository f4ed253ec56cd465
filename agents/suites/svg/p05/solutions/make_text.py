"""A text that begins at a dot."""

from make_circle import make_circle


def make_text(x, y, text):
    """Return a dot at (x, y) and the text there, escaped."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return make_circle(x, y, 1) + f'<text x="{x}" y="{y}">{escaped}</text>'
