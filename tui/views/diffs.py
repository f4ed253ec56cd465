"""Two texts side by side, line by line, with what differs."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, NamedTuple

MOST_LINES: Final = 1500
"""Longer texts are compared up to here, so that opening a finding never takes noticeable time."""


class Pair(NamedTuple):
    """A line of the left text beside one of the right; a number of 0 where there is none."""

    left_number: int
    left: str
    right_number: int
    right: str
    same: bool


def side_by_side(left: str, right: str) -> list[Pair]:
    """The lines of both texts, equal ones beside each other."""
    a, b = left.splitlines()[:MOST_LINES], right.splitlines()[:MOST_LINES]
    pairs: list[Pair] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        pairs += _block(a, b, (i1, i2), (j1, j2), tag == "equal")
    return pairs


def _block(
    a: list[str], b: list[str], ours: tuple[int, int], theirs: tuple[int, int], same: bool
) -> Iterator[Pair]:
    (i1, i2), (j1, j2) = ours, theirs
    for offset in range(max(i2 - i1, j2 - j1)):
        i, j = i1 + offset, j1 + offset
        yield Pair(
            i + 1 if i < i2 else 0,
            a[i] if i < i2 else "",
            j + 1 if j < j2 else 0,
            b[j] if j < j2 else "",
            same,
        )
