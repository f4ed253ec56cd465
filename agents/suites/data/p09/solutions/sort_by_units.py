"""Sales in the order of their units."""


def sort_by_units(records):
    """Return the records, most units first."""
    return sorted(records, key=lambda record: -record["units"])
