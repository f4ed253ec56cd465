"""The sales of more than so many units."""


def records_with_units_above(records, units):
    """Return the records with more units than `units`."""
    return [record for record in records if record["units"] > units]
