"""The revenue of one sale."""


def compute_line_revenue(record):
    """Return units times price."""
    return record["units"] * record["price"]
