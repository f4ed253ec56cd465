"""How many sales there were in each region."""


def count_by_region(records):
    """Return a dict from region to its number of records."""
    counts = {}
    for record in records:
        counts[record["region"]] = counts.get(record["region"], 0) + 1
    return counts
