"""The sale with the most units."""


def max_units_record(records):
    """Return the record with the most units, None without any."""
    return max(records, key=lambda record: record["units"], default=None)
