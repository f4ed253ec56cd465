"""The cheapest sale."""


def min_price_record(records):
    """Return the record with the lowest price, None without any."""
    return min(records, key=lambda record: record["price"], default=None)
