"""A text."""


def make_text(x, y, text):
    """Return the text at (x, y), escaped."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x}" y="{y}">{escaped}</text>'
