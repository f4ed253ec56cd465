"""The revenue of a sale in the mean."""

from add_revenue import add_revenue
from total_revenue import total_revenue


def average_revenue(records=None):
    """Return the mean revenue of the valid ones of `records`, 0.0 without any."""
    count = len(add_revenue(records))
    if count == 0:
        return 0.0
    return total_revenue(records) / count
