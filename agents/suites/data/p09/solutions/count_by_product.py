"""How many sales there were of each product."""


def count_by_product(records):
    """Return a dict from product to its number of records."""
    counts = {}
    for record in records:
        counts[record["product"]] = counts.get(record["product"], 0) + 1
    return counts
