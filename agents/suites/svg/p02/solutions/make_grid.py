"""Texts in rows and columns."""

from make_labeled_group import make_labeled_group


def make_grid(rows, step):
    """Return a labelled group for each of `rows`, its texts `step` apart."""
    parts = []
    for row, cells in enumerate(rows):
        entries = [(column * step, row * step, cell) for column, cell in enumerate(cells)]
        parts.append(make_labeled_group("row " + str(row + 1), entries))
    return "".join(parts)
