"""The rows of a pane and their lines at the pane's width; everything about a pane but drawing.

Positions are *spots*: a row's number and an offset into its text. They mean the same after a
resize, after more text, and after old rows are gone, which line numbers would not; that is why
nothing here counts all lines. A pane needs the lines around one spot, and how far down the whole
that spot is, roughly, for the scrollbar. Both are cheap at any length, and a resize costs nothing
until somebody looks: lines are wrapped when asked for and only a bounded number is remembered.

The last row may be open: a stream of text extends it, and only its last line is wrapped again.

It refuses to know how anything looks, when to draw, and what a terminal is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from tui.views.row import Row
from tui.views.sanitize import sanitize
from tui.widgets.archive import Archive
from tui.widgets.wrapping import TAB, wrap

BUDGET: Final = 4 << 20
"""Bytes of packed rows a pane keeps: about 150,000 lines of prose or code."""

BLOCK_ROWS: Final = 512
BLOCK_CHARACTERS: Final = 32_768
"""When the recent rows are packed: larger blocks pack better, and take longer to unpack."""

_REMEMBERED: Final = 262_144
"""Characters of wrapped rows to remember before starting afresh."""


class Spot(NamedTuple):
    """A place in the text: it belongs to the line that holds the character at `offset`."""

    row: int
    offset: int


class Line(NamedTuple):
    """A line of a row, as it goes on the screen."""

    row: int
    """Number of its row."""
    offset: int
    """Offset of its first character in the row's text."""
    text: str
    """What it says, with the blanks and newline at its end."""


class Wrapped:
    """A row's text in lines, and where each begins."""

    __slots__ = ("lines", "starts")

    def __init__(self, lines: list[str]) -> None:
        """Keep `lines`, which joined are the text."""
        self.lines = lines
        self.starts = [0, *accumulate(map(len, lines[:-1]))]

    def line_at(self, offset: int) -> int:
        """Return the number of the line that holds the character at `offset`, clamped."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def extend(self, text: str, width: int) -> None:
        """Add `text` at the end: the last line is wrapped again, those before it stay."""
        grown = wrap(self.lines.pop() + text, width)
        start = self.starts.pop()
        for line in grown:
            self.lines.append(line)
            self.starts.append(start)
            start += len(line)


def clean(row: Row) -> Row:
    """Return `row` with nothing in it that a terminal would act on, and with tabs expanded."""
    text = expand(sanitize(row.text))
    detail = row.detail
    if detail:
        detail = tuple(expand(sanitize(line)) for line in detail)
    mark = sanitize(row.mark)
    if text is row.text and mark is row.mark and detail is row.detail:
        return row
    return Row(row.kind, text, mark, row.ref, detail)


def expand(text: str) -> str:
    """Return `text` with each tab replaced by a fixed number of blanks."""
    return text.replace("\t", TAB) if "\t" in text else text


class LineStore:
    """Rows in, lines out. Rows are numbered from 0 and a number is never used again."""

    def __init__(self, width: int = 80, budget: int = BUDGET, block: int = BLOCK_ROWS) -> None:
        """Make an empty store.

        Args:
            width: Cells in a line.
            budget: Bytes for packed rows; the oldest beyond it are dropped.
            block: Rows to pack together.
        """
        self._width = max(width, 1)
        self._budget = budget
        self._block = block
        self._detailed = False
        self._start = 0
        self._begin(0)

    def _begin(self, number: int) -> None:
        self._archive = Archive(self._budget)
        self._start = self._first = number
        self.dropped = 0
        """How many of the oldest rows are gone for good."""
        self._recent: list[Row] = []
        self._recent_first = number
        self._recent_characters = 0
        self._open: Row | None = None  # its text is in `_opened`
        self._opened = Wrapped([""])
        self._opened_characters = 0
        self._wrapped: dict[int, Wrapped] = {}
        self._remembered = 0

    # What is there

    @property
    def width(self) -> int:
        """Cells in a line."""
        return self._width

    @property
    def detailed(self) -> bool:
        """Whether the details of rows are part of their text."""
        return self._detailed

    @property
    def packed(self) -> int:
        """Bytes of packed rows held."""
        return self._archive.size

    @property
    def first(self) -> int:
        """Number of the first row: of the note that says so where older ones are gone."""
        return self._first

    @property
    def end(self) -> int:
        """Number the next new row will get."""
        return self._recent_first + len(self._recent) + (self._open is not None)

    def row(self, number: int) -> Row:
        """Return row `number`; of an open row, without its text.

        Raises:
            IndexError: There is no such row, or it is gone.
        """
        place = number - self._recent_first
        if place >= 0:
            if place == len(self._recent) and self._open is not None:
                return self._open
            return self._recent[place]
        if number == self._first and self.dropped:
            return Row("note", f"{self.dropped} earlier rows are only in the recording", "⋮")
        return self._archive.row(number)

    def text(self, number: int) -> str:
        """Return all that row `number` shows: its text, and its details if they are expanded."""
        if self._open is not None and number == self.end - 1:
            return "".join(self._opened.lines)
        return self._shown(self.row(number))

    def rows(self) -> Iterator[Row]:
        """Yield all rows held, the open one with its text."""
        yield from self._archive.rows(self._start, self._recent_first)
        yield from self._recent
        if self._open is not None:
            yield self._open._replace(text="".join(self._opened.lines))

    def find(self, ref: int) -> int | None:
        """Return the number of the newest row with reference `ref`, or None."""
        if self._open is not None and self._open.ref == ref:
            return self.end - 1
        for place in range(len(self._recent) - 1, -1, -1):
            if self._recent[place].ref == ref:
                return self._recent_first + place
        return self._archive.find(ref)

    # Changing it

    def append(self, rows: Iterable[Row]) -> None:
        """Add rows at the end; an open row is closed first."""
        self.close()
        for row in rows:
            self._add(clean(row))

    def stream(self, text: str, kind: str = "text", mark: str = "", ref: int = 0) -> None:
        """Add `text` to the open row; open one of this kind if none is.

        A row that is open keeps its kind, mark and reference.
        """
        if self._open is None:
            self._open = clean(Row(kind, "", mark, ref))
            self._opened = Wrapped([""])
            self._opened_characters = 0
        text = expand(sanitize(text))
        self._opened_characters += len(text)
        self._opened.extend(text, self._width)

    def close(self) -> None:
        """Close the open row, if there is one; newlines at its end go."""
        row = self._open
        if row is not None:
            self._open = None
            self._add(row._replace(text="".join(self._opened.lines).rstrip("\n")))
            self._opened = Wrapped([""])
            self._opened_characters = 0

    def replace(self, rows: Iterable[Row]) -> None:
        """Forget everything and hold `rows` instead, under new numbers."""
        self.clear()
        self.append(rows)

    def clear(self) -> None:
        """Forget everything."""
        self._begin(self.end)

    def resize(self, width: int) -> None:
        """Break lines at `width` cells from now on."""
        width = max(width, 1)
        if width != self._width:
            self._width = width
            self._forget()

    def expand(self, detailed: bool) -> None:
        """Make the details of rows part of their text, or not."""
        if detailed != self._detailed:
            self._detailed = detailed
            self._forget()

    def _add(self, row: Row) -> None:
        self._recent.append(row)
        self._recent_characters += len(row.text)
        if len(self._recent) >= self._block or self._recent_characters >= BLOCK_CHARACTERS:
            self._archive.add(self._recent_first, self._recent)
            self._recent_first += len(self._recent)
            self.dropped = self._archive.blocks[0].first - self._start
            self._first = self._start + max(self.dropped - 1, 0)
            self._recent = []
            self._recent_characters = 0

    def _forget(self) -> None:
        self._wrapped.clear()
        self._remembered = 0
        if self._open is not None:
            self._opened = Wrapped(wrap("".join(self._opened.lines), self._width))

    # Lines around a spot

    def wrapped(self, number: int) -> Wrapped:
        """Return the lines of row `number`.

        Raises:
            IndexError: There is no such row, or it is gone.
        """
        if self._open is not None and number == self.end - 1:
            return self._opened
        found = self._wrapped.get(number)
        if found is None or (number == self._first and self.dropped):
            text = self._shown(self.row(number))
            found = Wrapped(wrap(text, self._width))
            if self._remembered > _REMEMBERED:
                self._wrapped.clear()
                self._remembered = 0
            self._wrapped[number] = found
            self._remembered += len(text)
        return found

    def _shown(self, row: Row) -> str:
        if row.detail and self._detailed:
            return "\n".join((row.text, *row.detail))
        return row.text

    def clamp(self, spot: Spot) -> Spot:
        """Return `spot`, or the nearest if its row is gone or never was."""
        if spot.row < self.first:
            return Spot(self.first, 0)
        if spot.row >= self.end:
            return self.move(Spot(self.end, 0), -1) if self.end > self.first else Spot(self.end, 0)
        return spot

    def lines(self, spot: Spot, count: int) -> list[Line]:
        """Return at most `count` lines, beginning with the one that holds `spot`."""
        result: list[Line] = []
        offset = spot.offset
        for number in range(spot.row, self.end):
            wrapped = self.wrapped(number)
            for line in range(wrapped.line_at(offset), len(wrapped.lines)):
                if len(result) >= count:
                    return result
                result.append(Line(number, wrapped.starts[line], wrapped.lines[line]))
            offset = 0
        return result

    def count(self, spot: Spot, limit: int) -> int:
        """Return how many lines there are from `spot` to the end, but no more than `limit`."""
        total = 0
        offset = spot.offset
        for number in range(spot.row, self.end):
            wrapped = self.wrapped(number)
            total += len(wrapped.lines) - wrapped.line_at(offset)
            if total >= limit:
                return limit
            offset = 0
        return total

    def move(self, spot: Spot, lines: int) -> Spot:
        """Return the start of the line so many lines below `spot`, or above it if negative.

        Stops at the first and the last line. `Spot(end, 0)` stands for the line after the last.
        """
        number = spot.row
        if number < self.end:
            wrapped = self.wrapped(number)
            lines += wrapped.line_at(spot.offset)
        elif lines >= 0:
            return self.clamp(spot)
        while lines < 0 and number > self.first:
            number -= 1
            wrapped = self.wrapped(number)
            lines += len(wrapped.lines)
        while number < self.end - 1 and lines >= len(wrapped.lines):
            lines -= len(wrapped.lines)
            number += 1
            wrapped = self.wrapped(number)
        if number >= self.end:
            return Spot(number, 0)
        return Spot(number, wrapped.starts[min(max(lines, 0), len(wrapped.lines) - 1)])

    def tail(self, lines: int) -> Spot:
        """Return where the last so many lines begin, or where everything does if it is shorter."""
        return self.move(Spot(self.end, 0), -max(lines, 1))

    # Roughly how far down

    @property
    def extent(self) -> float:
        """The length of everything in an arbitrary unit, about a line; never less than 1."""
        return max(self._extent_before(self.end), 1.0)

    def depth(self, spot: Spot) -> float:
        """Return how far down `spot` is, in the unit of `extent`; within a row by characters."""
        if spot.row >= self.end:
            return self.extent
        return self._extent_before(spot.row) + spot.offset / self._width

    def at(self, depth: float) -> Spot:
        """Return the spot that is so far down, to within a line or so."""
        before = 0.0
        for first, count, extent in self._extents():
            if depth < before + extent:
                return self._within(first, count, (depth - before) / extent)
            before += extent
        return self.tail(1)

    def _within(self, first: int, count: int, share: float) -> Spot:
        """Return the spot a share of the way through `count` rows from `first` on."""
        row, rest = divmod(max(share, 0.0) * count, 1.0)
        number = min(first + int(row), self.end - 1)
        length = len(self.text(number))
        wrapped = self.wrapped(number)
        return Spot(number, wrapped.starts[wrapped.line_at(int(rest * length))])

    def _extents(self) -> Iterator[tuple[int, int, float]]:
        """Yield the first row, number of rows and extent of each run of rows."""
        if self.dropped:
            yield self.first, 1, 1.0
        for block in self._archive.blocks:
            yield block.first, block.length, block.length + block.characters / self._width
        if count := self.end - self._recent_first:
            characters = self._recent_characters + self._opened_characters
            yield self._recent_first, count, count + characters / self._width

    def _extent_before(self, number: int) -> float:
        total = 0.0
        for first, count, extent in self._extents():
            if number >= first + count:
                total += extent
            elif number > first:
                total += extent * (number - first) / count
        return total
