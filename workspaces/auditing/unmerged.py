"""What two unmerged heads would do to each other: conflicts, edits of one text, broken premises.

Neither head contains the other, so neither author had the other's work: that much git proves. A
merge is tried for each pair, in our own folder. Changes of one file that git merges by itself are
how people work with branches: they are `info`, and listed only when asked for.

Not reported: two branches of one author, unless they are checked out in different worktrees (an
agent has a worktree, and often its owner's name), and branches that rest for longer than `RESTING`.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from workspaces.anomalies.finding import Kind, Lines, Severity, Verdict
from workspaces.anomalies.hunks import clashing, hunks, lines_of
from workspaces.auditing.broken import Sides, broken_premises
from workspaces.auditing.differences import Difference, differences
from workspaces.auditing.finding import AuditFinding
from workspaces.auditing.heads import Head
from workspaces.auditing.muting import is_quiet
from workspaces.auditing.scope import Scope, listed, short

RESTING = 90 * 86400
"""Seconds that a branch may be older than the newest commit of all."""
MOST_PAIRS = 300
"""Pairs of heads that are tried, those of the newest first: some 10 ms each."""
MOST_PATHS = 100
"""Paths compared of one pair."""


class Pair(Struct, frozen=True):
    """Two heads, the commits that only either has, and their newest common ancestor."""

    heads: tuple[Head, Head]
    only: tuple[list[int], list[int]]
    base: int

    @property
    def case(self) -> str:
        """What its findings share."""
        return "heads:" + ":".join(sorted(short(head.commit) for head in self.heads))


def unmerged(scope: Scope, heads: Sequence[Head], trunk: Head | None) -> list[AuditFinding]:
    """The findings of all pairs."""
    pairs = _pairs(scope, heads, trunk)
    trees = scope.past.trees
    wanted = {
        (trees[pair.base], trees[scope.past.index[head.commit]])
        for pair in pairs
        for head in pair.heads
    }
    changed = differences(scope.source, wanted)
    found: list[AuditFinding] = []
    for pair in pairs:
        base = trees[pair.base]
        one, other = (changed[base, trees[scope.past.index[head.commit]]] for head in pair.heads)
        found += _Look(scope, pair, (one, other)).findings()
    return found


def _pairs(scope: Scope, heads: Sequence[Head], trunk: Head | None) -> list[Pair]:
    past = scope.past
    known = [head for head in heads if head.commit in past.index]
    newest = max((past.times[past.index[head.commit]] for head in known), default=0)
    awake = [
        head
        for head in known
        if head == trunk or newest - past.times[past.index[head.commit]] <= RESTING
    ]
    scope.note(
        len(known) - len(awake),
        "{count} branches have rested for more than 90 days and were not compared.",
    )
    awake.sort(key=lambda head: (head != trunk, -past.times[past.index[head.commit]], head.name))
    pairs, lone, tried, left = [], 0, 0, 0
    for one, other in combinations(awake, 2):
        if tried >= MOST_PAIRS:
            left += 1
            continue
        mine, theirs, bases = past.fork(past.index[one.commit], past.index[other.commit])
        if not mine or not theirs or not _judged(scope, one, other):
            continue
        bases = bases or _outside(scope, one, other)
        if not bases:
            continue
        if not _is_news(scope, (one, other), mine, theirs):
            lone += 1
            continue
        tried += 1
        pairs.append(Pair((one, other), (mine, theirs), bases[0]))
    scope.note(lone, "{count} pairs of branches of one and the same author were not compared.")
    scope.note(left, "{count} pairs of branches were not compared: too many.")
    return pairs


def _judged(scope: Scope, *heads: Head) -> bool:
    """Whether something of the pair is in the range that is judged."""
    return any(head.tree or scope.past.index[head.commit] < scope.judged for head in heads)


def _outside(scope: Scope, one: Head, other: Head) -> list[int]:
    """The newest common ancestor from before the range, unless it is one of the two."""
    said = scope.source.git("merge-base", one.commit, other.commit, fine=1).decode().split()
    if not said or said[0] in (one.commit, other.commit):
        return []
    scope.past.adopt(scope.source, said[:1])
    return [scope.past.index[said[0]]]


def _is_news(
    scope: Scope, heads: tuple[Head, Head], mine: Sequence[int], theirs: Sequence[int]
) -> bool:
    one, other = heads
    if one.worktree and other.worktree:
        return one.worktree != other.worktree
    past = scope.past
    people = [
        {past.who[commit] for commit in side if not scope.is_bot(commit)} for side in (mine, theirs)
    ]
    # Somebody on one side who is not alone with themselves on the other.
    return bool(people[0] and people[1] and len(people[0] | people[1]) > 1)


class _Look:
    """The looks at one pair."""

    def __init__(self, scope: Scope, pair: Pair, changed: tuple[Difference, Difference]) -> None:
        self._scope = scope
        self._pair = pair
        self._changed = changed
        self._tips = tuple(scope.past.index[head.commit] for head in pair.heads)

    def findings(self) -> Iterator[AuditFinding]:
        one, other = self._changed
        both = sorted(path for path in one.keys() & other.keys() if one[path] != other[path])
        code = [any(path.endswith(".py") for path in side) for side in self._changed]
        if not both and not all(code):
            return
        tree, conflicts = self._merge()
        contested = [path for path in conflicts if not is_quiet(path)]
        if contested:
            yield self._conflict(contested)
        shared = [path for path in both if not is_quiet(path)]
        for path in shared[:MOST_PATHS]:
            yield from self._concurrent(path, path in conflicts)
        self._scope.note(
            max(0, len(shared) - MOST_PATHS),
            "{count} paths of one pair of branches were not compared.",
        )
        if not conflicts and all(code):
            yield from self._broken(tree)

    def _merge(self) -> tuple[str, list[str]]:
        """The tree that git's merge gives, and the paths in which it gives up."""
        said = self._scope.source.git(
            *("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"),
            *("--allow-unrelated-histories",),
            *(head.commit for head in self._pair.heads),
            fine=1,
        )
        tree, *names = said.split(b"\0")
        paths = [name.decode(errors="surrogateescape") for name in names if name]
        return tree.decode().strip(), list(dict.fromkeys(paths))

    def _conflict(self, paths: Sequence[str]) -> AuditFinding:
        names = [head.name for head in self._pair.heads]
        return self._finding(
            Kind.MERGE_CONFLICT,
            Severity.HIGH if any(head.tree for head in self._pair.heads) else Severity.MEDIUM,
            paths,
            f"{names[0]} and {names[1]} do not merge: {listed(paths)}.",
            {"paths": str(len(paths))},
        )

    def _concurrent(self, path: str, conflict: bool) -> Iterator[AuditFinding]:
        (old, mine), (_, theirs) = (side[path] for side in self._changed)
        if mine == theirs:
            return
        relation, lines = self._compare(path, old, mine, theirs)
        # Git knows of renames, modes and adjacent lines: its word counts.
        if conflict and relation == "disjoint":
            relation = "overlapping"
        if relation == "overlapping" and not conflict:
            relation, lines = "disjoint", ()
        severity = {"disjoint": Severity.INFO, "unknown": Severity.INFO}
        if relation == "unknown" and conflict:
            relation = "overlapping"
        yield self._finding(
            Kind.CONCURRENT_WRITE,
            severity.get(relation, Severity.MEDIUM),
            [path],
            f"{self._pair.heads[0].name} and {self._pair.heads[1].name} both changed {path}, "
            + ("in the same lines." if relation == "overlapping" else "in different lines."),
            {"hunks": relation},
            lines,
        )

    def _compare(
        self, path: str, old: str, mine: str, theirs: str
    ) -> tuple[str, tuple[Lines, ...]]:
        texts = [self._scope.blobs.lines(blob) for blob in (old, mine, theirs)]
        base, one, other = texts
        if base is None or one is None or other is None:
            return "unknown", ()
        new = hunks(base, other)
        clashes = clashing(new, hunks(base, one))
        if clashes:
            return "overlapping", lines_of(path, clashes)
        return "disjoint", lines_of(path, new)

    def _broken(self, tree: str) -> Iterator[AuditFinding]:
        trees = self._scope.past.trees
        mine, theirs = (trees[tip] for tip in self._tips)
        sides = Sides(tree, (mine, theirs), self._changed)
        for side, fault in broken_premises(self._scope, sides):
            user, cause = self._pair.heads[side].name, self._pair.heads[1 - side].name
            yield self._finding(
                Kind.WRITE_SKEW,
                Severity.HIGH,
                [fault.path, fault.module],
                f"{user} and {cause} merge cleanly, but {fault.path} then uses {fault.name} of "
                f"{fault.module}, which is {fault.why}.",
                {"name": fault.name, "why": fault.why},
                (Lines(fault.path, fault.line, fault.line),),
            )

    def _finding(
        self,
        kind: Kind,
        severity: Severity,
        paths: Sequence[str],
        summary: str,
        facts: dict[str, str],
        lines: tuple[Lines, ...] = (),
    ) -> AuditFinding:
        scope, pair = self._scope, self._pair
        base = pair.base
        steps = [scope.evidence(base, "the newest commit that both sides have")]
        for head, tip, only in zip(pair.heads, self._tips, pair.only, strict=True):
            count = f"{len(only)} commit{'s' if len(only) > 1 else ''}"
            what = f"{head.name}: {count} that the other lacks"
            steps.append(scope.evidence(tip, "not committed: " + head.name if head.tree else what))
        where = ",".join(paths) if kind is not Kind.MERGE_CONFLICT else ""
        name = facts.get("name", "")
        return AuditFinding(
            id=f"{kind}:{where}:{pair.case}" + (f":{name}" if name else ""),
            kind=kind,
            severity=severity,
            verdict=Verdict.FOUND,
            agents=_authors(scope, pair, paths),
            paths=tuple(paths),
            witness=tuple(steps),
            lines=lines,
            summary=summary,
            t=max(scope.past.times[tip] for tip in self._tips),
            case=pair.case,
            facts=facts | {"heads": " and ".join(head.name for head in pair.heads)},
        )


def _authors(scope: Scope, pair: Pair, paths: Sequence[str]) -> tuple[str, ...]:
    """Who made the changes at stake, if that can be told, else who made the two tips."""
    past = scope.past
    names: list[str] = []
    raw = {path.encode(errors="surrogateescape") for path in paths}
    touched = {commit for path in raw if past.knows(path) for commit in past.commits_of(path)}
    for head, only in zip(pair.heads, pair.only, strict=True):
        mine = [commit for commit in only if commit in touched]
        tip = past.index[head.commit]
        names += scope.agents([tip] if head.tree or not mine else mine[:5])
    return tuple(dict.fromkeys(names))
