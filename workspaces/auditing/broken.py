"""The files that two sides of a merge changed, brought to where their premises are checked."""

from collections.abc import Iterator

from msgspec import Struct

from workspaces.auditing.differences import Difference, differences
from workspaces.auditing.premises import MOST_FILES, Broken, broken
from workspaces.auditing.scope import Scope


class Sides(Struct, frozen=True):
    """The trees of a merge, and of its two sides with what each changed since their base."""

    merged: str
    trees: tuple[str, str]
    changed: tuple[Difference, Difference]


def broken_premises(scope: Scope, sides: Sides) -> Iterator[tuple[int, Broken]]:
    """The side that uses what the other took away, and the fault."""
    code = [{path for path in side if path.endswith(".py")} for side in sides.changed]
    if not all(code) or max(map(len, code)) > MOST_FILES:
        return
    involved = code[0] | code[1]
    pairs = [(tree, sides.merged) for tree in sides.trees]
    # What the merged tree holds follows from either side and how it differs from that.
    gaps = differences(scope.source, pairs)
    views = []
    for index, side in enumerate(sides.changed):
        other = sides.changed[1 - index]
        views.append({path: side[path][1] if path in side else other[path][0] for path in involved})
    gap = gaps[pairs[0]]
    merged = {path: gap[path][1] if path in gap else views[0][path] for path in involved}
    now, *each = (
        {p: t for p, b in view.items() if b and (t := scope.blobs.text(b)) is not None}
        for view in (merged, *views)
    )
    unread = {
        p
        for view in (merged, *views)
        for p, b in view.items()
        if b and scope.blobs.lines(b) is None
    }
    now, first, second = (
        {p: t for p, t in tree.items() if p not in unread} for tree in (now, *each)
    )
    for user, alone in ((1, (first, second)), (0, (second, first))):
        for fault in broken(now, alone, code[user] & now.keys()):
            yield user, fault
