"""A group with a name."""


def make_labeled_group(label, children):
    """Return a group of `children` that is called `label`."""
    name = label.replace('"', "&quot;")
    return f'<g aria-label="{name}">' + "".join(children) + "</g>"
