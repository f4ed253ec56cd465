"""Three-way merge of texts, as git does it: what both sides changed differently is a conflict.

In Python and not by `git merge-file`, because a turn begins with a merge and a process for each
file would hold up everybody's steps. Lines are compared as the detectors compare them.
"""

from dataclasses import dataclass

from workspaces.anomalies.hunks import Hunk, hunks

OURS, SPLIT, THEIRS = "<" * 7, "=" * 7, ">" * 7


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text; where `conflicts` is not 0 it shows both sides between markers."""

    text: str
    conflicts: int


def merge(base: str, ours: str, theirs: str, names: tuple[str, str] = ("ours", "theirs")) -> Merge:
    """The changes of both sides to `base` in one text. Changes of touching lines conflict, one
    and the same change made twice does not. A missing file is an empty text."""
    if ours == theirs or theirs == base:
        return Merge(ours, 0)
    if ours == base:
        return Merge(theirs, 0)
    lines, one, other = base.split("\n"), ours.split("\n"), theirs.split("\n")
    merged: list[str] = []
    at = conflicts = 0
    for mine, yours in _clusters(hunks(lines, one), hunks(lines, other)):
        start = min(hunk.start for hunk in (*mine, *yours))
        end = max(hunk.end for hunk in (*mine, *yours))
        merged += lines[at:start]
        at = end
        left, right = _applied(lines, mine, start, end), _applied(lines, yours, start, end)
        if not yours or left == right:
            merged += left
        elif not mine:
            merged += right
        else:
            conflicts += 1
            merged += [f"{OURS} {names[0]}", *left, SPLIT, *right, f"{THEIRS} {names[1]}"]
    merged += lines[at:]
    return Merge("\n".join(merged), conflicts)


def has_markers(text: str) -> bool:
    """Whether a text still shows both sides of a conflict."""
    lines = text.split("\n")
    return any(line.startswith(f"{OURS} ") for line in lines) and any(
        line.startswith(f"{THEIRS} ") for line in lines
    )


def _clusters(ours: list[Hunk], theirs: list[Hunk]) -> list[tuple[list[Hunk], list[Hunk]]]:
    """The changes of both sides in order, together where they touch."""
    found: list[tuple[list[Hunk], list[Hunk]]] = []
    reach = -1
    sided = [(hunk, 0) for hunk in ours] + [(hunk, 1) for hunk in theirs]
    for hunk, side in sorted(sided, key=lambda pair: (pair[0].start, pair[0].end, pair[1])):
        # Two changes of one side never touch; those of two sides do at the same gap already.
        if not found or hunk.start > reach:
            found.append(([], []))
        found[-1][side].append(hunk)
        reach = max(reach, hunk.end)
    return found


def _applied(base: list[str], changes: list[Hunk], start: int, end: int) -> list[str]:
    """Lines `start` to `end` of the base after `changes` to them."""
    result: list[str] = []
    at = start
    for change in changes:
        result += [*base[at : change.start], *change.lines]
        at = change.end
    return result + base[at:end]
