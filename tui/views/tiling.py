"""Where the agents' panes go: side by side while there is room, then in rows, then as cards."""

from itertools import pairwise
from typing import Final, NamedTuple

PANE_WIDTH: Final = 38
PANE_HEIGHT: Final = 7
"""The least a pane needs to be read: its frame and five lines of code."""
CARD_WIDTH: Final = 19
CARD_HEIGHT: Final = 4


class Box(NamedTuple):
    """A place on the screen, in cells."""

    x: int
    y: int
    width: int
    height: int


class Tiling(NamedTuple):
    """Where everything goes; `cards` says that panes are too small to stream text."""

    cards: bool
    boxes: tuple[Box, ...]


def tile(count: int, width: int, height: int) -> Tiling:
    """Places for `count` panes in `width` x `height` cells.

    Cards that do not fit go below the edge, and the area scrolls.
    """
    if count < 1 or width < 1 or height < 1:
        return Tiling(False, ())
    columns = max(width // PANE_WIDTH, 1)
    rows = -(-count // columns)
    if height // rows >= PANE_HEIGHT:
        return Tiling(False, _grid(count, rows, width, height))
    if count == 1:
        return Tiling(False, _grid(1, 1, width, height))
    columns = max(width // CARD_WIDTH, 1)
    rows = -(-count // columns)
    while columns > 1 and -(-count // (columns - 1)) * (CARD_HEIGHT + 1) <= height:
        columns -= 1  # wider cards, as long as none becomes too low to say something
        rows = -(-count // columns)
    return Tiling(True, _grid(count, rows, width, max(height, rows * CARD_HEIGHT)))


def _grid(count: int, rows: int, width: int, height: int) -> tuple[Box, ...]:
    """Boxes in rows of as equal length as can be, each row filling the width."""
    boxes: list[Box] = []
    for row, (y, tall) in enumerate(_parts(height, rows)):
        members = count // rows + (row < count % rows)
        boxes += [Box(x, y, wide, tall) for x, wide in _parts(width, members)]
    return tuple(boxes)


def _parts(length: int, parts: int) -> list[tuple[int, int]]:
    """`length` cut into `parts`: where each begins, and how long it is."""
    cuts = [length * part // parts for part in range(parts + 1)]
    return [(start, end - start) for start, end in pairwise(cuts)]
