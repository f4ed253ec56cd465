"""Sales records without those that cannot be counted."""

from get_records import get_records


def remove_invalid(records=None):
    """Return the valid ones of `records`, by default of all records."""
    if records is None:
        records = get_records()
    return [
        record
        for record in records
        if record["product"] != "" and record["units"] > 0 and record["price"] > 0
    ]
