"""The name of the product with the greatest revenue."""

from revenue_summary import revenue_summary


def top_product_name(records=None):
    """Return the best product's name, "" when there is none."""
    best = revenue_summary(records)["best"]
    if best is None:
        return ""
    return best
