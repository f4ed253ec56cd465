"""Whose lines did not survive, where nobody recorded what was read.

A path's versions are walked from one to the next, and every line remembers the commit that added
it, as `git blame` would find, but with one difference of two texts a version instead of a blame
for each. A commit that took away most of what somebody else had added shortly before is a finding
with the verdict *unknown*: it contained that work, so it may be the most ordinary follow-up, and
what its author had read is not in git.

A file that was deleted is `info`: nobody deletes one without meaning to.

Not reported: reverts (they say what they do), lines that moved to another file in the same commit,
were only indented anew, or came back later, lines that their author had only moved there, one
author's own lines, robots, and changes of less than `FEWEST` lines.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from workspaces.anomalies.finding import Kind, Lines, Severity, Verdict
from workspaces.anomalies.hunks import hunks, lines_of, lost
from workspaces.auditing.finding import AuditFinding
from workspaces.auditing.moving import Moves, gone_for_good
from workspaces.auditing.muting import is_quiet
from workspaces.auditing.past import Touch
from workspaces.auditing.scope import Scope, short, shown, span

SOON = 14 * 86400
"""Seconds within which work that vanishes was probably still somebody's concern."""
NEAR = 10
"""How many versions before a candidate the walk begins."""
MOST = 2000
"""Versions judged, the newest first: a millisecond each, with those they come from."""
MOST_OF_PATH = 200
"""The same of one path, so that one busy file does not use up all."""
FEWEST = 3
"""Lines that must be lost: below that, anything is."""


class _Loss(Struct):
    """Lines (from 1, in the text before) that `commit` took from others, by the commit that had
    added them."""

    path: str
    commit: int
    gone: dict[int, list[str]]
    lines: tuple[Lines, ...]
    deleted: bool = False


def overwrites(scope: Scope) -> list[AuditFinding]:
    """The findings, oldest first."""
    losses = []
    added: Counter[tuple[str, int]] = Counter()
    for path, touches, wanted in _candidates(scope):
        losses += _Walk(scope, path, added).follow(touches, wanted)
    losses.sort(key=lambda loss: loss.commit)
    losses = [
        loss
        for loss in losses
        if _struck(loss, {owner: added[loss.path, owner] for owner in loss.gone})
    ]
    moves = Moves(scope, [c for loss in losses for c in (loss.commit, *loss.gone)])
    found = []
    for loss in losses:
        left = _without_moved(scope, moves, loss)
        own = {
            owner: added[loss.path, owner] - moves.brought(owner, loss.path).total()
            for owner in left.gone
        }
        found.append(_finding(scope, left, own))
    return [finding for finding in found if finding]


def _candidates(scope: Scope) -> list[tuple[str, list[Touch], set[int]]]:
    """Paths with the touches to walk and the places of those to judge, within the bounds."""
    past = scope.past
    sessions = past.marks.keys()
    found: list[tuple[int, int, int]] = []
    paths = past.paths()
    ways: list[tuple[str, list[int]]] = []
    crowded = 0
    for raw in paths:
        commits = past.commits_of(raw)
        if len(commits) < 2 or len({past.who[commit] for commit in commits}) < 2:
            continue
        name = shown(raw)
        if is_quiet(name):
            continue
        places = _contested(scope, commits, sessions)
        crowded += max(0, len(places) - MOST_OF_PATH)
        places = places[-MOST_OF_PATH:]
        if places:
            found += ((commits[place], len(ways), place) for place in places)
            ways.append((name, commits))
    found.sort()
    scope.note(
        max(0, len(found) - MOST) + crowded,
        "{count} older changes of files that others had just changed were not looked into.",
    )
    wanted: dict[int, set[int]] = {}
    for _, way, place in found[-MOST:]:
        wanted.setdefault(way, set()).add(place)
    names = {shown(raw): raw for raw in paths} if wanted else {}
    result = []
    for way, places_of in wanted.items():
        name = ways[way][0]
        touches = past.touches(names[name])
        if len(touches) == len(ways[way][1]):  # a submodule among them would shift the places
            result.append((name, touches, places_of))
    return result


def _contested(scope: Scope, commits: Sequence[int], sessions: Collection[int]) -> list[int]:
    """The places of commits that follow another author's within `SOON`."""
    who, times, reverts = scope.past.who, scope.past.times, scope.past.reverts
    people = scope.past.people
    places = []
    last, last_time, other_time = -1, -SOON, -SOON
    for place, commit in enumerate(commits):
        author, now = who[commit], times[commit]
        if people.is_bot(author):
            continue
        if author != last:
            last, other_time = author, last_time
        last_time = now
        # The latest of whoever else it was.
        if now - other_time <= SOON and commit not in reverts and commit not in sessions:
            places.append(place)
    return places


class _Walk:
    """One path's versions, each with the commit that added each of its lines."""

    def __init__(self, scope: Scope, path: str, added: "Counter[tuple[str, int]]") -> None:
        self._scope = scope
        self._path = path
        self._added = added
        self._owners: dict[str, list[int]] = {"": []}

    def follow(self, touches: Sequence[Touch], wanted: set[int]) -> list[_Loss]:
        """The losses at the places in `wanted` that lasted."""
        found = []
        times = self._scope.past.times
        needed = set(wanted)
        for at in wanted:
            for near in range(at - 1, max(-1, at - 1 - NEAR), -1):
                # What was added longer ago is nobody's concern any more.
                if times[touches[at].commit] - times[touches[near].commit] > SOON:
                    break
                needed.add(near)
        self._scope.blobs.prefetch(
            blob for at in sorted(needed) for blob in (touches[at].old, touches[at].new)
        )
        for at in sorted(needed):
            loss = self._step(touches[at])
            if loss and at in wanted:
                found.append(loss)
        return [loss for loss in found if not self._came_back(loss, touches)]

    def _step(self, touch: Touch) -> _Loss | None:
        before, after = self._scope.blobs.lines(touch.old), self._scope.blobs.lines(touch.new)
        if before is None or after is None:
            return None
        owners = self._owners.get(touch.old, [-1] * len(before))
        changes = hunks(before, after)
        here: list[int] = []
        at = 0
        for change in changes:
            here += owners[at : change.start]
            here += [touch.commit] * len(change.lines)
            at = change.end
        here += owners[at:]
        self._owners[touch.new] = here if touch.new else []
        self._added[self._path, touch.commit] += sum(
            1 for change in changes for line in change.lines if line.strip()
        )
        news = [
            number
            for number in lost(before, changes)
            if owners[number - 1] >= 0 and self._is_news(owners[number - 1], touch.commit)
        ]
        gone: dict[int, list[str]] = {}
        for number in sorted({*news} & gone_for_good(before, after)) if news else ():
            gone.setdefault(owners[number - 1], []).append(before[number - 1])
        if not gone:
            return None
        deleted = not touch.new.strip("0")
        return _Loss(self._path, touch.commit, gone, lines_of(self._path, changes), deleted)

    def _is_news(self, owner: int, commit: int) -> bool:
        past = self._scope.past
        return (
            past.who[owner] != past.who[commit]
            and not self._scope.is_bot(owner)
            and abs(past.times[commit] - past.times[owner]) <= SOON
        )

    def _came_back(self, loss: _Loss, touches: Sequence[Touch]) -> bool:
        """Whether most of the lines stand in the newest version again."""
        newest = self._scope.blobs.lines(touches[-1].new)
        if newest is None or touches[-1].commit == loss.commit:
            return False
        there = set(newest)
        taken = [line for lines in loss.gone.values() for line in lines]
        return 2 * sum(line in there for line in taken) > len(taken)


def _without_moved(scope: Scope, moves: Moves, loss: _Loss) -> _Loss:
    """`loss` without what its commit wrote elsewhere, and without what others had only moved."""
    if moves.renamed(loss.commit, loss.path):
        return _Loss(loss.path, loss.commit, {}, loss.lines)
    there = moves.put_elsewhere(loss.commit, loss.path)
    gone = {}
    for owner, lines in loss.gone.items():
        brought = moves.brought(owner, loss.path).copy()
        kept = [line for line in lines if not _take(there, line) and not _take(brought, line)]
        if kept:
            gone[owner] = kept
    return _Loss(loss.path, loss.commit, gone, loss.lines, loss.deleted)


def _take(counter: "Counter[str]", line: str) -> bool:
    line = line.strip()
    if counter[line] <= 0:
        return False
    counter[line] -= 1
    return True


def _struck(loss: _Loss, added: Mapping[int, int]) -> dict[int, int]:
    """Those whose work mostly vanished, and how many lines of it. A line here and there is what
    editing is."""
    return {
        owner: len(lines)
        for owner, lines in loss.gone.items()
        if len(lines) >= FEWEST and 2 * len(lines) >= added[owner]
    }


def _finding(scope: Scope, loss: _Loss, added: Mapping[int, int]) -> AuditFinding | None:
    past = scope.past
    struck = _struck(loss, added)
    if not struck:
        return None
    newer = past.name(loss.commit)
    older = scope.agents(struck)
    count, of = sum(struck.values()), sum(added[owner] for owner in struck)
    soon = span(past.times[loss.commit] - max(past.times[owner] for owner in struck))
    whose = " and ".join(older)
    commit = past.ids[loss.commit]
    return AuditFinding(
        id=f"{Kind.OVERWRITE}:{loss.path}:{short(past.ids[min(struck)])}:{short(commit)}",
        kind=Kind.OVERWRITE,
        severity=Severity.INFO if loss.deleted else Severity.LOW,
        verdict=Verdict.UNKNOWN,
        agents=(*older, newer),
        paths=(loss.path,),
        witness=(
            *(
                scope.evidence(owner, f"{past.name(owner)} added {added[owner]} lines")
                for owner in sorted(struck)
            ),
            scope.evidence(
                loss.commit,
                f"{newer} took away {count} of them {soon} later; whether they had been read "
                "is not recorded",
            ),
        ),
        lines=loss.lines,
        summary=f"{newer} {'deleted' if loss.deleted else 'took away'} {count} of {of} lines that "
        f"{whose} had added to {loss.path} {soon} before"
        + (", with the file." if loss.deleted else "."),
        t=past.times[loss.commit],
        case=f"commit:{short(commit)}",
        facts={
            "lost": str(count),
            "of": str(of),
            **({"deleted": "yes"} if loss.deleted else {}),
            "seconds": str(past.times[loss.commit] - max(past.times[owner] for owner in struck)),
        },
    )
