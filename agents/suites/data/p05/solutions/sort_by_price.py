"""Sales in the order of their price."""


def sort_by_price(records):
    """Return the records, highest price first."""
    return sorted(records, key=lambda record: -record["price"])
