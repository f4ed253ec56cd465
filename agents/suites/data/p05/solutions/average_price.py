"""The price of a sale in the mean."""


def average_price(records):
    """Return the mean price of `records`, 0.0 without any."""
    if not records:
        return 0.0
    return sum(record["price"] for record in records) / len(records)
