"""A titled chart with names beside its bars."""

from make_title import make_title


def make_legend(names, text, values, step):
    """Return the titled chart and the names of its bars."""
    chart = make_title(text, values, step)
    for index, name in enumerate(names):
        y = index * step
        chart = chart + f'<text x="-40" y="{y}">{name}</text>'
    return chart
