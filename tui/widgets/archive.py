"""Rows out of sight, kept small.

Sixteen panes with a hundred thousand lines each are about a hundred megabytes of text, and several
times that as Python strings with their wrapped lines and styles. Of all that a screen shows a
thousand lines. So rows that have scrolled away are packed: blocks of some hundred rows, encoded and
deflated, about a third of the raw text. A block is unpacked when somebody scrolls to it, in well
under a millisecond.

Why not re-read the history instead? It would need a fold per pane that can start anywhere, and a
file that may be on another machine; packing needs neither and is a page of code. What packing
cannot bound is a session that never ends, so an archive also has a budget in bytes, beyond which
the oldest blocks go. The recording on disk keeps everything.

It refuses to know about widths and lines: a resize touches nothing here.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from tui.views.row import Row

LEVEL: Final = 4
"""Effort of the compression: of zlib's levels the first that gets most of the gain."""

UNPACKED: Final = 2
"""How many unpacked blocks to keep: what is shown may lie on both sides of a border."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Row]).decode


class Block(NamedTuple):
    """Consecutive rows, packed."""

    first: int
    """Number of its first row."""
    length: int
    """How many rows it holds."""
    characters: int
    """How many characters their texts hold."""
    refs: tuple[int, int]
    """Lowest and highest reference of its rows, to find one without unpacking; zeros for none."""
    packed: bytes
    """The rows."""


class Archive:
    """A queue of packed blocks: rows go in at the new end and fall off at the old one."""

    def __init__(self, budget: int) -> None:
        """Make an empty archive that holds at most `budget` bytes, but always one block."""
        self._budget = budget
        self._blocks: deque[Block] = deque()
        self._firsts: list[int] = []
        self._unpacked: OrderedDict[int, list[Row]] = OrderedDict()
        self.size = 0
        """Bytes held."""

    def __len__(self) -> int:
        """Return how many blocks there are."""
        return len(self._blocks)

    @property
    def blocks(self) -> Sequence[Block]:
        """The blocks, oldest first."""
        return self._blocks

    def add(self, first: int, rows: list[Row]) -> None:
        """Pack `rows`, numbered from `first` on, and let the oldest go if the budget is spent."""
        refs = [row.ref for row in rows if row.ref]
        packed = zlib.compress(_encode(rows), LEVEL)
        block = Block(
            first,
            len(rows),
            sum(len(row.text) for row in rows),
            (min(refs), max(refs)) if refs else (0, 0),
            packed,
        )
        self._blocks.append(block)
        self._firsts.append(first)
        self.size += len(packed)
        self._keep(first, rows)
        while self.size > self._budget and len(self._blocks) > 1:
            oldest = self._blocks.popleft()
            del self._firsts[0]
            self._unpacked.pop(oldest.first, None)
            self.size -= len(oldest.packed)

    def row(self, number: int) -> Row:
        """Return row `number`.

        Raises:
            IndexError: The archive does not hold it.
        """
        place = bisect_right(self._firsts, number) - 1
        if place < 0:
            raise IndexError(number)
        block = self._blocks[place]
        return self._rows(block)[number - block.first]

    def rows(self, begin: int, end: int) -> Iterator[Row]:
        """Yield the rows numbered from `begin` up to but without `end`, as far as held."""
        for block in self._blocks:
            if block.first < end and block.first + block.length > begin:
                start = max(begin - block.first, 0)
                yield from islice(self._rows(block), start, max(end - block.first, start))

    def find(self, ref: int) -> int | None:
        """Return the number of the newest row with this reference, or None."""
        for block in reversed(self._blocks):
            low, high = block.refs
            if low <= ref <= high:
                rows = self._rows(block)
                for offset in range(len(rows) - 1, -1, -1):
                    if rows[offset].ref == ref:
                        return block.first + offset
        return None

    def _rows(self, block: Block) -> list[Row]:
        rows = self._unpacked.get(block.first)
        if rows is None:
            rows = _decode(zlib.decompress(block.packed))
            self._keep(block.first, rows)
        else:
            self._unpacked.move_to_end(block.first)
        return rows

    def _keep(self, first: int, rows: list[Row]) -> None:
        self._unpacked[first] = rows
        while len(self._unpacked) > UNPACKED:
            self._unpacked.popitem(last=False)
