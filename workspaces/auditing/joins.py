"""Merges that were made and joined the work of several people, and who did what on either side."""

from msgspec import Struct

from workspaces.auditing.scope import Scope

MOST = 500
"""Merges looked at, the newest first."""
WIDEST = 5000
"""Commits that only one side of a merge has: above that, it joins histories, not work."""


class Join(Struct, frozen=True):
    """A merge of two parents, the commits that only either side has, newest first, and the newest
    common ancestor."""

    commit: int
    parents: tuple[int, int]
    only: tuple[list[int], list[int]]
    base: int


def joins(scope: Scope) -> list[Join]:
    """All of them, the oldest first."""
    past = scope.past
    found: list[Join] = []
    left = 0
    for commit in range(len(past) - 1, -1, -1):
        parents = past.parents[commit]
        if len(parents) != 2:
            continue
        if len(found) >= MOST:
            left += 1
            continue
        one, other, bases = past.fork(*parents)
        if not one or not other or not bases or len(one) + len(other) > WIDEST:
            continue
        people = [{past.who[c] for c in side if not scope.is_bot(c)} for side in (one, other)]
        if len(people[0] | people[1]) > 1 and all(people):
            found.append(Join(commit, (parents[0], parents[1]), (one, other), bases[0]))
    scope.note(left, "{count} older merges were not looked into.")
    found.reverse()
    return found


def authored(scope: Scope, merge: Join, path: str, side: int) -> list[int]:
    """The commits of one side that touched `path`, newest first."""
    raw = path.encode(errors="surrogateescape")
    if not scope.past.knows(raw):
        return []
    touched = set(scope.past.commits_of(raw))
    return [c for c in merge.only[side] if c in touched and not scope.is_bot(c)]
