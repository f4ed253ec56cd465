"""The sales records that everything else looks at."""


def get_records():
    """Return the records as new dicts: product, region, month, units, price."""
    fields = ("product", "region", "month", "units", "price")
    rows = [
        ("lamp", "north", "2026-01", 10, 25.0),
        ("desk", "south", "2026-01", 3, 180.0),
        ("chair", "north", "2026-01", 8, 60.0),
        ("lamp", "south", "2026-02", 14, 25.0),
        ("desk", "north", "2026-02", 2, 200.0),
        ("chair", "south", "2026-02", 0, 60.0),
        ("lamp", "north", "2026-03", 6, 30.0),
        ("", "north", "2026-03", 5, 40.0),
        ("desk", "south", "2026-03", 4, 180.0),
        ("chair", "north", "2026-03", 9, -60.0),
        ("lamp", "south", "2026-03", 20, 25.0),
        ("chair", "south", "2026-03", 7, 65.0),
    ]
    return [dict(zip(fields, row)) for row in rows]
