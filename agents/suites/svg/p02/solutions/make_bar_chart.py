"""A chart of bars made of marks."""

from make_grid import make_grid


def make_bar_chart(values, step):
    """Return a grid with a row of marks for each of `values`."""
    return make_grid([["#"] * value for value in values], step)
