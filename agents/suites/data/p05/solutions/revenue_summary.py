"""The ranking of products in short."""

from rank_by_revenue import rank_by_revenue


def revenue_summary(records=None):
    """Return a dict of products, best, best_revenue and revenue."""
    ranking = rank_by_revenue(records)
    if not ranking:
        return {"products": 0, "best": None, "best_revenue": 0, "revenue": 0}
    best, best_revenue = ranking[0]
    return {
        "products": len(ranking),
        "best": best,
        "best_revenue": best_revenue,
        "revenue": sum(revenue for _, revenue in ranking),
    }
