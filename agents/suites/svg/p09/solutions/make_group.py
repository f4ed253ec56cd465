"""Several elements together."""


def make_group(children):
    """Return a group of `children`."""
    return "<g>" + "".join(children) + "</g>"
