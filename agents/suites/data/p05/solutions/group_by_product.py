"""The sales above the mean, by product."""

from above_average_records import above_average_records


def group_by_product(records=None):
    """Return a dict from product to its above-average records."""
    groups = {}
    for record in above_average_records(records):
        groups.setdefault(record["product"], []).append(record)
    return groups
