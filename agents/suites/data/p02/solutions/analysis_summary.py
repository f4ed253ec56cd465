"""The whole analysis in one dict."""

from best_month_for_top_product import best_month_for_top_product
from is_top_product_growing import is_top_product_growing
from revenue_summary import revenue_summary


def analysis_summary(records=None):
    """Return the revenue summary with the top product's best_month and trend."""
    summary = revenue_summary(records)
    summary["best_month"] = best_month_for_top_product(records)
    summary["trend"] = "not growing"
    if is_top_product_growing(records):
        summary["trend"] = "growing"
    return summary
