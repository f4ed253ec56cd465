"""A chart with a title."""

from make_bar_chart import make_bar_chart


def make_title(text, values, step):
    """Return a title element and the chart of `values`."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<title>{escaped}</title>" + make_bar_chart(values, step)
