"""A group with a name."""

from make_group import make_group


def make_labeled_group(label, entries):
    """Return the group of `entries` inside one that is called `label`."""
    name = label.replace('"', "&quot;")
    return f'<g aria-label="{name}">' + make_group(entries) + "</g>"
