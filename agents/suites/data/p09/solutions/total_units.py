"""The units sold."""


def total_units(records):
    """Return the sum of the units of `records`."""
    return sum(record["units"] for record in records)
