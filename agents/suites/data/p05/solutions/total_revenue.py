"""The revenue of all sales together."""

from add_revenue import add_revenue


def total_revenue(records=None):
    """Return the sum of the revenue of the valid ones of `records`."""
    total = 0
    for record in add_revenue(records):
        total = total + record["revenue"]
    return total
