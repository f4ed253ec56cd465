"""Lines in both directions."""


def make_grid(columns, rows, step):
    """Return the lines of a grid, `step` apart, edges included."""
    width = columns * step
    height = rows * step
    lines = [f'<line x1="{x}" y1="0" x2="{x}" y2="{height}"/>' for x in range(0, width + 1, step)]
    lines += [f'<line x1="0" y1="{y}" x2="{width}" y2="{y}"/>' for y in range(0, height + 1, step)]
    return "".join(lines)
