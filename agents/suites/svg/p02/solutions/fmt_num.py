"""A number as the shortest text that a drawing needs."""


def fmt_num(x):
    """Return `x` with at most two decimals and no idle zeros."""
    text = format(x, ".2f").rstrip("0").rstrip(".")
    if text == "-0":
        return "0"
    return text
