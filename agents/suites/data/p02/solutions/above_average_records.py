"""The sales that brought more than the mean."""

from add_revenue import add_revenue
from average_revenue import average_revenue


def above_average_records(records=None):
    """Return the valid ones of `records`, with revenue, that lie above the average."""
    average = average_revenue(records)
    return [record for record in add_revenue(records) if record["revenue"] > average]
