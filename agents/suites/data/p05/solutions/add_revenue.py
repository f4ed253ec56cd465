"""Valid sales records, each with its revenue."""

from remove_invalid import remove_invalid


def add_revenue(records=None):
    """Return copies of the valid ones of `records` with units times price as `revenue`."""
    return [
        {**record, "revenue": record["units"] * record["price"]}
        for record in remove_invalid(records)
    ]
