"""Names below each other."""


def make_legend(names, step):
    """Return a text for each of `names`, `step` apart."""
    lines = []
    for index, name in enumerate(names):
        y = index * step
        lines.append(f'<text x="0" y="{y}">{name}</text>')
    return "".join(lines)
