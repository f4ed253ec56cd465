"""Which lines two versions of a text differ in, at a bounded cost.

The difference is difflib's, on what remains after the common beginning and end. Where that would
take too long, the whole remainder counts as one change, and lines survive by being found anywhere
in the new text. That errs towards overlap, never towards calling two changes disjoint, and its
cost is linear.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from workspaces.anomalies.finding import Lines

MOST_LINES = 1000
"""Above this many differing lines on either side, no line-by-line difference is made."""
MOST_PAIRS = 10_000
"""The same for pairs of equal lines, which difflib's time grows with: many equal lines (blank
ones, braces) are its worst case. At both limits it takes a few tens of milliseconds."""

KEPT = 256
"""Differences that are remembered."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `start` up to `end` of the old text became `lines`, which begin at line `at` of the
    new one (counted from 0, `end` excluded). One of the two sides may be empty."""

    start: int
    end: int
    at: int
    lines: tuple[str, ...]


def split(text: str) -> list[str]:
    """The lines of `text` as an editor counts them: only a line feed ends one."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def hunks(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """What changed from `old` to `new`, in order; two hunks have an unchanged line between."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old = old[head : len(old) - tail]
    middle_new = new[head : len(new) - tail]
    if not middle_old and not middle_new:
        return []
    if not _affordable(middle_old, middle_new):
        return [Hunk(head, head + len(middle_old), head, tuple(middle_new))]
    matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
    return [
        Hunk(head + i1, head + i2, head + j1, tuple(middle_new[j1:j2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


@lru_cache(maxsize=KEPT)
def changes(old: str, new: str) -> tuple[Hunk, ...]:
    """`hunks` of two texts; several detectors ask for the same."""
    return tuple(hunks(split(old), split(new)))


def clashing(ours: Sequence[Hunk], theirs: Sequence[Hunk]) -> list[Hunk]:
    """Those of `ours` that collide with one of `theirs`, both being changes of one old text.

    As in git's three-way merge, changes of adjacent lines collide, and one and the same change
    made twice does not.
    """
    found: list[Hunk] = []
    other = 0
    for mine in ours:
        while other < len(theirs) and theirs[other].end < mine.start:
            other += 1
        # A long hunk of theirs may reach several of ours, so `other` stays where it is.
        for index in range(other, len(theirs)):
            yours = theirs[index]
            if yours.start > mine.end:
                break
            if (yours.start, yours.end, yours.lines) != (mine.start, mine.end, mine.lines):
                found.append(mine)
                break
    return found


def lost(old: Sequence[str], changes: Iterable[Hunk]) -> list[int]:
    """The lines of `old` (from 1) that `changes` took away and put back nowhere else. Blank lines
    are nobody's work and do not count."""
    changes = list(changes)
    added = Counter(line for change in changes for line in change.lines)
    gone: list[int] = []
    for change in changes:
        for number in range(change.start, change.end):
            line = old[number]
            if added[line] > 0:
                added[line] -= 1
            elif line.strip():
                gone.append(number + 1)
    return gone


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs, both ends included."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def lines_of(path: str, changes: Iterable[Hunk]) -> tuple[Lines, ...]:
    """Where the new text holds `changes`; one that only took lines away has no place in it."""
    return tuple(
        Lines(path, change.at + 1, change.at + len(change.lines))
        for change in changes
        if change.lines
    )


def _affordable(old: Sequence[str], new: Sequence[str]) -> bool:
    if len(old) > MOST_LINES or len(new) > MOST_LINES:
        return False
    often = Counter(old)
    return sum(often[line] for line in new) <= MOST_PAIRS


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines at the beginning are the same."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
