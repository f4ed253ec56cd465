"""The products that were sold."""


def distinct_products(records):
    """Return the products of `records`, sorted, each once."""
    return sorted({record["product"] for record in records})
