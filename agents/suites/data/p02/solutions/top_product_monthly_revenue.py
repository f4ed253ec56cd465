"""The best product's revenue, month by month."""

from top_product_records import top_product_records


def top_product_monthly_revenue(records=None):
    """Return a dict from month, in order, to the top product's revenue."""
    totals = {}
    for record in top_product_records(records):
        month = record["month"]
        totals[month] = totals.get(month, 0) + record["revenue"]
    return dict(sorted(totals.items()))
