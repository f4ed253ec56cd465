"""The months that were sold in."""


def distinct_months(records):
    """Return the months of `records`, sorted, each once."""
    return sorted({record["month"] for record in records})
