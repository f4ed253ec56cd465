"""Products in the order of their revenue."""

from group_revenue_totals import group_revenue_totals


def rank_by_revenue(records=None):
    """Return (product, revenue) pairs, greatest revenue first, equal ones by name."""
    totals = group_revenue_totals(records)
    return sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
