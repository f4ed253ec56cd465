"""The sales of one region."""


def filter_by_region(records, region):
    """Return the records of `region`."""
    return [record for record in records if record["region"] == region]
