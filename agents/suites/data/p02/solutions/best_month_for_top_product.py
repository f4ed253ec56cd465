"""The best month of the best product."""

from top_product_monthly_revenue import top_product_monthly_revenue


def best_month_for_top_product(records=None):
    """Return the month of the top product's greatest revenue, "" without any."""
    totals = top_product_monthly_revenue(records)
    if not totals:
        return ""
    return max(totals, key=totals.get)
