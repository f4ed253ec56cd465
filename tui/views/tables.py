"""Tables as text: as wide as they need where there is room, and never wider than the terminal.

What is too wide gives way in this order: the first columns become headings, heads break between
words, columns move closer, columns that still find no room go below the others, with the labels
of their rows again, and a last column of text is wrapped.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

_LEAST = 20
"""Columns that text at the end of a row is wrapped to, at least."""

Row = Sequence[str]
T = TypeVar("T")


def table(
    head: Row, rows: Sequence[Row], width: int, groups: int = 1, labels: int = 1
) -> Iterator[str]:
    """The lines of a table, and an empty one. Where it is wider than `width`, the first `groups`
    columns become headings, and the `labels` columns after them begin every part of it."""
    whole = _Layout(_widths([head, *rows]), _numeric(rows) or [False] * len(head), "  ")
    if whole.total <= width or not rows:
        yield from (whole.line(row) for row in (head, *rows))
    else:
        inner = [row[groups:] for row in rows]
        heads = _broken(head[groups:], inner)
        parts = list(_parts(_widths([*heads, *inner]), _numeric(inner), width, labels))
        for name, own in groupby(rows, lambda row: row[:groups]):
            if groups:
                yield f"  {', '.join(name)}"
            body = [row[groups:] for row in own]
            for places, layout in parts:
                yield from (layout.line(_pick(row, places)) for row in heads)
                for row in body:
                    yield from layout.wrapped(_pick(row, places), width)
    yield ""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How rows are laid out: the width of every column, and whether it stands to the right."""

    widths: Sequence[int]
    right: Sequence[bool]
    gap: str
    indent: str = "  "

    @property
    def total(self) -> int:
        """Columns of a row."""
        return len(self.indent) + sum(self.widths) + len(self.gap) * (len(self.widths) - 1)

    def line(self, row: Row) -> str:
        """A row as a line."""
        cells = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, self.widths, self.right, strict=True)
        )
        return f"{self.indent}{self.gap.join(cells)}".rstrip()

    def wrapped(self, row: Row, width: int) -> Iterator[str]:
        """A row, with text at its end below itself where it is too long."""
        room = max(width - self.total + self.widths[-1], _LEAST)
        if self.right[-1] or len(row[-1]) <= room:
            yield self.line(row)
            return
        before = row[:-1]
        for line in textwrap.wrap(row[-1], room):
            yield self.line([*before, line])
            before = [""] * len(before)


def _parts(
    widths: Sequence[int], right: Sequence[bool], width: int, labels: int
) -> Iterator[tuple[list[int], _Layout]]:
    """Which columns stand beside each other, and how; all in one part, if moving them closer is
    enough."""

    def layout(places: Sequence[int], gap: str) -> _Layout:
        return _Layout(_pick(widths, places), _pick(right, places), gap, " " * 4)

    places = list(range(len(widths)))
    for gap in ("  ", " "):
        if layout(places, gap).total <= width:
            yield places, layout(places, gap)
            return
    fixed, left = places[:labels], places[labels:]
    while left:
        taken = [*fixed, left.pop(0)]
        while left and layout([*taken, left[0]], "  ").total <= width:
            taken.append(left.pop(0))
        yield taken, layout(taken, "  ")


def _pick(row: Sequence[T], places: Sequence[int]) -> list[T]:
    return [row[place] for place in places]


def _broken(head: Row, rows: Sequence[Row]) -> list[list[str]]:
    """The heads in lines, no wider than what stands below them where words allow."""
    columns = []
    for name, width in zip(head, _widths(rows), strict=True):
        longest = max(map(len, name.split()), default=0)
        columns.append(textwrap.wrap(name, max(width, longest)) if name else [])
    height = max(map(len, columns), default=0)
    filled = [[""] * (height - len(column)) + column for column in columns]
    return [list(row) for row in zip(*filled, strict=True)]


def _widths(rows: Sequence[Row]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _numeric(rows: Sequence[Row]) -> list[bool]:
    """Which columns hold numbers, and stand to the right."""
    return [
        all(not cell or cell[0] in "0123456789+-" for cell in column)
        for column in zip(*rows, strict=True)
    ]
