"""The sales of one month."""


def filter_by_month(records, month):
    """Return the records of `month`."""
    return [record for record in records if record["month"] == month]
