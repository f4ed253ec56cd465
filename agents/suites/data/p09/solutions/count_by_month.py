"""How many sales there were in each month."""


def count_by_month(records):
    """Return a dict from month to its number of records."""
    counts = {}
    for record in records:
        counts[record["month"]] = counts.get(record["month"], 0) + 1
    return counts
