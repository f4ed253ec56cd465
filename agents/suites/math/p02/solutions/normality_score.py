"""How much of a list lies where a normal distribution would have it."""

from trimmed_normalize import trimmed_normalize


def normality_score(values, threshold=2.0):
    """Return the share of `values` within two trimmed deviations, 0.0 for none."""
    scores = trimmed_normalize(values, threshold)
    if not scores:
        return 0.0
    return sum(abs(score) <= 2 for score in scores) / len(scores)
