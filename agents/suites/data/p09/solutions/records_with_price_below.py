"""The sales below a price."""


def records_with_price_below(records, price):
    """Return the records with a price below `price`."""
    return [record for record in records if record["price"] < price]
