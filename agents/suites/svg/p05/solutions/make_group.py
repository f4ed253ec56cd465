"""Several texts together."""

from make_text import make_text


def make_group(entries):
    """Return a group of the texts that `entries` place."""
    return "<g>" + "".join(make_text(x, y, text) for x, y, text in entries) + "</g>"
