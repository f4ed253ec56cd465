"""A chart of bars."""


def make_bar_chart(values, width, height):
    """Return a bar for each of `values`, standing on `height`."""
    bars = []
    for index, value in enumerate(values):
        x = index * width
        y = height - value
        bars.append(f'<rect x="{x}" y="{y}" width="{width}" height="{value}"/>')
    return "".join(bars)
