"""Which elements of a list lie far from the rest."""

from normalize import normalize


def outlier_mask(values, threshold=2.0):
    """Return True for each of `values` more than `threshold` deviations from the mean."""
    return [abs(score) > threshold for score in normalize(values)]
