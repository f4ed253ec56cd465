"""The standard scores of a list."""

from z_score import z_score


def normalize(values):
    """Return the standard score of each of `values`, in their order."""
    return [z_score(value, values) for value in values]
