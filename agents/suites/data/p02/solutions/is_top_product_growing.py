"""Whether the best product is still growing."""

from best_month_for_top_product import best_month_for_top_product
from top_product_monthly_revenue import top_product_monthly_revenue


def is_top_product_growing(records=None):
    """Return whether the last of the top product's several months is its best."""
    months = list(top_product_monthly_revenue(records))
    return len(months) > 1 and months[-1] == best_month_for_top_product(records)
