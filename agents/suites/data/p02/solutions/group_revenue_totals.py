"""The revenue of each product's above-average sales."""

from group_by_product import group_by_product


def group_revenue_totals(records=None):
    """Return a dict from product to the revenue of its group."""
    totals = {}
    for product, group in group_by_product(records).items():
        totals[product] = sum(record["revenue"] for record in group)
    return totals
