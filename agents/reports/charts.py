"""Charts as SVG text: lines with error bars, and grouped bars.

Colours are CSS classes, so that one picture serves a light page, a dark screen and paper; the page
has the style sheet (`STYLE`). Series differ in shape and dash as well as in colour, and the colours
are Okabe and Ito's (2008), which most people who see few colours tell apart.
"""

import math
from collections.abc import Sequence
from html import escape

from msgspec import Struct

WIDTH, HEIGHT = 340, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 30, 40
SERIES = 6
_DASHES = ("", "6 3", "2 3", "9 3 2 3", "12 4", "1 2")

STYLE = """\
.chart text { fill: var(--ink); font: 11px system-ui, sans-serif; }
.chart .title { font-weight: 600; font-size: 12px; }
.chart .axis { stroke: var(--ink); stroke-width: 1; fill: none; }
.chart .grid { stroke: var(--grid); stroke-width: 1; }
.chart .law { fill: none; stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 4 4; }
.chart .line { fill: none; stroke-width: 2; }
.chart .mark { stroke-width: 1.5; }
.chart .bar { stroke: var(--ink); stroke-width: 0.8; }
.chart .error { stroke: var(--ink); stroke-width: 1.1; fill: none; }
""" + "\n".join(
    f".chart .s{k} {{ stroke: var(--s{k}); }} .chart .f{k} {{ fill: var(--s{k}); }}"
    for k in range(SERIES)
)

LIGHT = {
    "ink": "#1b1b1b", "paper": "#ffffff", "grid": "#dcdcdc", "soft": "#5a5a5a", "s0": "#0072b2",
    "s1": "#d55e00", "s2": "#009e73", "s3": "#cc79a7", "s4": "#e69f00", "s5": "#6b6b6b",
}  # fmt: skip
DARK = {
    "ink": "#ececec", "paper": "#15171b", "grid": "#3c4048", "soft": "#b4b4b4", "s0": "#56b4e9",
    "s1": "#ff8b45", "s2": "#35cf9f", "s3": "#e6a5cb", "s4": "#f0c440", "s5": "#b0b0b0",
}  # fmt: skip


class Point(Struct, frozen=True):
    """A value at `x`, from `low` to `high`."""

    x: float
    y: float
    low: float
    high: float


class Series(Struct, frozen=True):
    """A line through points; `style` chooses colour, dash and mark. A law is thin and unmarked."""

    name: str
    points: tuple[Point, ...]
    style: int
    law: bool = False


class Bars(Struct, frozen=True):
    """One bar of a group, with its error."""

    name: str
    value: float
    error: float
    style: int


def lines(title: str, x_label: str, y_label: str, series: Sequence[Series]) -> str:
    """A chart of lines over whole numbers."""
    points = [point for one in series for point in one.points]
    if not points:
        return ""
    xs = sorted({point.x for point in points})
    scale = _Scale(
        min(xs), max(xs), min(0.0, *(p.low for p in points)), max(p.high for p in points)
    )
    parts = _frame(title, x_label, y_label, scale)
    parts += [
        f'<text x="{scale.x(x):.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="middle">{x:g}</text>'
        for x in xs
    ]
    for one in series:
        parts += _line(one, scale)
    return _svg(parts, title)


def bars(title: str, y_label: str, groups: Sequence[tuple[str, Sequence[Bars]]]) -> str:
    """A chart of groups of bars."""
    every = [bar for _, group in groups for bar in group]
    if not every:
        return ""
    top = max(bar.value + bar.error for bar in every)
    scale = _Scale(0, len(groups), min(0.0, *(bar.value - bar.error for bar in every)), top)
    parts = _frame(title, "", y_label, scale)
    for place, (name, group) in enumerate(groups):
        middle = scale.x(place + 0.5)
        parts.append(
            f'<text x="{middle:.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="middle">'
            f"{escape(name)}</text>"
        )
        width = (scale.x(1) - scale.x(0)) * 0.8 / len(group)
        left = scale.x(place) + (scale.x(1) - scale.x(0)) * 0.1
        for number, bar in enumerate(group):
            parts += _bar(bar, left + number * width, width, scale)
    return _svg(parts, title)


def legend(names: Sequence[tuple[str, int, bool]]) -> str:
    """Names with the marks of their styles, on lines of one column."""
    parts = []
    for number, (name, style, law) in enumerate(names):
        y = 12 + 18 * number
        sample = Series("", (Point(4, y, y, y), Point(30, y, y, y)), style, law)
        parts += _sample(sample)
        parts.append(f'<text x="38" y="{y + 4}">{escape(name)}</text>')
    height = 18 * len(names) + 6
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="legend">{"".join(parts)}</svg>'
    )


class _Scale:
    """From values to places in the picture."""

    def __init__(self, left: float, right: float, low: float, high: float) -> None:
        self.left = left
        self.right = right if right > left else left + 1
        self.step = _step(max(high - low, 1e-9))
        self.low = math.floor(low / self.step) * self.step
        self.high = max(math.ceil(high / self.step), 1) * self.step

    def x(self, value: float) -> float:
        inner = WIDTH - LEFT - RIGHT
        return LEFT + 8 + (inner - 16) * (value - self.left) / (self.right - self.left)

    def y(self, value: float) -> float:
        inner = HEIGHT - TOP - BOTTOM
        clipped = min(max(value, self.low), self.high)
        return HEIGHT - BOTTOM - inner * (clipped - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + k * self.step for k in range(count + 1)]


def _step(extent: float) -> float:
    """A round step that divides `extent` into about five."""
    rough = extent / 5
    power: float = 10 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)


def _frame(title: str, x_label: str, y_label: str, scale: _Scale) -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [f'<text class="title" x="{LEFT}" y="16">{escape(title)}</text>']
    for value in scale.ticks():
        y = scale.y(value)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{value:.6g}</text>')
    parts.append(f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{right}"/>')
    middle = (TOP + bottom) / 2
    parts.append(
        f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{escape(x_label)}</text>"
    )
    parts.append(
        f'<text transform="translate(11 {middle}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text>"
    )
    return parts


def _line(one: Series, scale: _Scale) -> list[str]:
    places = [(scale.x(p.x), scale.y(p.y)) for p in one.points]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    if one.law:
        return [f'<path class="law" d="{path}"/>']
    style = one.style % SERIES
    dash = f' stroke-dasharray="{_DASHES[style]}"' if _DASHES[style] else ""
    parts = [f'<path class="line s{style}" d="{path}"{dash}/>']
    for point, (x, _) in zip(one.points, places, strict=True):
        if point.high > point.low:
            parts.append(_error(x, scale.y(point.low), scale.y(point.high)))
    parts += [_mark(x, y, style) for x, y in places]
    return parts


def _sample(one: Series) -> list[str]:
    (left, right), y, style = (one.points[0].x, one.points[1].x), one.points[0].y, one.style
    path = f"M{left} {y}H{right}"
    if one.law:
        return [f'<path class="law" d="{path}"/>']
    dash = _DASHES[style % SERIES]
    drawn = f' stroke-dasharray="{dash}"' if dash else ""
    line = f'<path class="line s{style % SERIES}" d="{path}"{drawn}/>'
    return [line, _mark((left + right) / 2, y, style % SERIES)]


def _mark(x: float, y: float, style: int) -> str:
    shapes = (
        "M{x} {y}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z",
        "M{x} {y}m-3.6 -3.6h7.2v7.2h-7.2Z",
        "M{x} {y}m0 -4.6l4.4 7.8h-8.8Z",
        "M{x} {y}m0 -5l5 5l-5 5l-5 -5Z",
        "M{x} {y}m0 4.6l4.4 -7.8h-8.8Z",
        "M{x} {y}m-4 -1.4h2.6v-2.6h2.8v2.6h2.6v2.8h-2.6v2.6h-2.8v-2.6h-2.6Z",
    )
    path = shapes[style].format(x=f"{x:.1f}", y=f"{y:.1f}")
    return f'<path class="mark s{style} f{style}" d="{path}"/>'


def _bar(bar: Bars, x: float, width: float, scale: _Scale) -> list[str]:
    top, zero = scale.y(bar.value), scale.y(0.0)
    y, height = min(top, zero), abs(zero - top)
    parts = [
        f'<rect class="bar f{bar.style % SERIES}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}"><title>{escape(bar.name)}: {bar.value:.3g}</title></rect>'
    ]
    if bar.error:
        low, high = scale.y(bar.value - bar.error), scale.y(bar.value + bar.error)
        parts.append(_error(x + width / 2, low, high))
    return parts


def _error(x: float, low: float, high: float) -> str:
    return (
        f'<path class="error" d="M{x:.1f} {low:.1f}V{high:.1f}M{x - 3:.1f} {low:.1f}h6'
        f'M{x - 3:.1f} {high:.1f}h6"/>'
    )


def _svg(parts: Sequence[str], title: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(title, quote=True)}">{"".join(parts)}</svg>'
    )
