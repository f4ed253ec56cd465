"""The trimmed standard scores of a list."""

from trimmed_z_score import trimmed_z_score


def trimmed_normalize(values, threshold=2.0):
    """Return the trimmed standard score of each of `values`, in their order."""
    return [trimmed_z_score(value, values, threshold) for value in values]
