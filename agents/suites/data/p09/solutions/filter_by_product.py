"""The sales of one product."""


def filter_by_product(records, product):
    """Return the records of `product`."""
    return [record for record in records if record["product"] == product]
