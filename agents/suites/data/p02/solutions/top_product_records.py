"""All sales of the best product."""

from add_revenue import add_revenue
from top_product_name import top_product_name


def top_product_records(records=None):
    """Return the valid ones of `records`, with revenue, that are of the top product."""
    name = top_product_name(records)
    return [record for record in add_revenue(records) if record["product"] == name]
