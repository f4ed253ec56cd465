"""The regions that were sold in."""


def distinct_regions(records):
    """Return the regions of `records`, sorted, each once."""
    return sorted({record["region"] for record in records})
