"""Parts of pages: tables, keys, rows of pictures, and what estimates look like in them."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from agents.reports import charts
from agents.reports.charts import Bars, Point, Series
from agents.reports.statistics import Estimate, Interval

LABEL = 15
"""Characters that fit below a group of bars."""


def key(names: Sequence[tuple[str, int, bool]]) -> str:
    """What the lines and bars of the pictures below stand for."""
    return f'<div class="key">{charts.legend(names)}</div>'


def row(pictures: Iterable[str]) -> str:
    """Pictures beside each other, as many as there is room for."""
    return f'<figure class="row">{"".join(pictures)}</figure>'


def series_of(name: str, sizes: Mapping[int, Estimate], style: int) -> Series:
    """A line over numbers of agents."""
    points = [Point(n, e.mean, e.mean - e.sem, e.mean + e.sem) for n, e in sizes.items()]
    return Series(name, tuple(points), style)


def short_names(models: Sequence[str]) -> dict[str, str]:
    """Names for the foot of bars: without the maker, cut between words; whole where two would be
    the same."""
    short = {}
    for model in models:
        name, *words = model.rpartition("_")[2].removeprefix("sim-").split("-")
        for word in words:
            if len(name) + len(word) >= LABEL:
                break
            name = f"{name}-{word}"
        short[model] = name
    return short if len(set(short.values())) == len(short) else {model: model for model in models}


def bar_of(mode: str, value: Estimate, style: int) -> Bars:
    """A bar with its error."""
    return Bars(mode, value.mean, value.sem, style)


def interval(value: Interval | None, digits: int = 2, scale: float = 1.0) -> str:
    """A value with its bounds; empty for none."""
    if value is None:
        return ""
    numbers = [f"{part * scale:,.{digits}f}" for part in (value.value, value.low, value.high)]
    return f"{numbers[0]} [{numbers[1]}, {numbers[2]}]"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], text: Sequence[int]) -> str:
    """A table; the columns `text` stand to the left and may be wrapped."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=text' if place in text else ''}>{escape(cell)}</{tag}>"
            for place, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    first = f"<thead><tr>{cells('th', head)}</tr></thead>"
    return f'<div class="scroll"><table>{first}<tbody>{body}</tbody></table></div>'
