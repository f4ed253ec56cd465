"""What merges that were made did: whose changes they dropped, and what they broke.

A merge has seen both sides, but its author need not have looked. Both sides changed a file, and
the merge holds one side's version of it to the byte: the other's lines are gone. Where the two
would have merged by themselves, that is a lost update; where they conflicted, somebody chose, and
whether they meant to is not recorded. And a merge that git found clean may still break an import.
What a merge wrote itself is looked at in `resolutions`.
"""

from collections.abc import Iterator, Sequence

from workspaces.anomalies.finding import Kind, Lines, Severity, Verdict
from workspaces.anomalies.hunks import clashing, hunks
from workspaces.auditing.broken import Sides, broken_premises
from workspaces.auditing.differences import Difference, differences
from workspaces.auditing.finding import AuditFinding, Evidence
from workspaces.auditing.joins import Join, authored, joins
from workspaces.auditing.muting import is_quiet
from workspaces.auditing.resolutions import rewritten
from workspaces.auditing.scope import Scope, short


def merged(scope: Scope) -> list[AuditFinding]:
    """The findings of all merges."""
    past = scope.past
    merges = joins(scope)
    trees = past.trees
    wanted = {
        pair
        for merge in merges
        for parent in merge.parents
        for pair in ((trees[merge.base], trees[parent]), (trees[parent], trees[merge.commit]))
    }
    changed = differences(scope.source, wanted)
    found: list[AuditFinding] = []
    for merge in merges:
        sides = tuple(changed[trees[merge.base], trees[parent]] for parent in merge.parents)
        after = tuple(changed[trees[parent], trees[merge.commit]] for parent in merge.parents)
        found += _dropped(scope, merge, (sides[0], sides[1]), (after[0], after[1]))
        found += rewritten(scope, merge, (sides[0], sides[1]), (after[0], after[1]))
        found += _broken(scope, merge, (sides[0], sides[1]))
    return found


def _dropped(
    scope: Scope,
    merge: Join,
    sides: tuple[Difference, Difference],
    after: tuple[Difference, Difference],
) -> Iterator[AuditFinding]:
    one, other = sides
    for path in sorted(one.keys() & other.keys()):
        if one[path][1] == other[path][1] or is_quiet(path):
            continue
        for kept in (0, 1):
            if path not in after[kept]:  # the merge holds this side's version to the byte
                yield from _loss(scope, merge, path, kept, sides)


def _loss(
    scope: Scope, merge: Join, path: str, kept: int, sides: tuple[Difference, Difference]
) -> Iterator[AuditFinding]:
    past = scope.past
    base_blob, kept_blob = sides[kept][path]
    gone_blob = sides[1 - kept][path][1]
    base, left, gone = (scope.blobs.lines(blob) for blob in (base_blob, kept_blob, gone_blob))
    if base is None or left is None or gone is None:
        return
    theirs, ours = hunks(base, gone), hunks(base, left)
    there = set(left)
    lines = [line for hunk in theirs for line in hunk.lines if line.strip() and line not in there]
    owners = authored(scope, merge, path, 1 - kept)
    keepers = authored(scope, merge, path, kept)
    if not lines or not owners or {past.who[c] for c in owners} <= {past.who[c] for c in keepers}:
        return
    clean = bool(gone_blob and kept_blob and not clashing(ours, theirs))
    merger = past.name(merge.commit)
    if past.who[merge.commit] in {past.who[c] for c in owners}:
        return  # they dropped their own work
    whose = " and ".join(scope.agents(owners))
    count = f"{len(lines)} line{'s' if len(lines) > 1 else ''}"
    yield AuditFinding(
        id=f"{Kind.LOST_UPDATE}:{path}:{short(past.ids[merge.commit])}",
        kind=Kind.LOST_UPDATE,
        severity=Severity.HIGH if clean else Severity.LOW,
        verdict=Verdict.FOUND if clean else Verdict.UNKNOWN,
        agents=tuple(dict.fromkeys((*scope.agents(owners), merger))),
        paths=(path,),
        witness=_loss_steps(scope, merge, path, (owners, keepers), clean),
        summary=f"{merger}'s merge dropped {count} of {whose} from {path}"
        + (", though both sides would have merged." if clean else ", which conflicted."),
        t=past.times[merge.commit],
        case=f"commit:{short(past.ids[merge.commit])}",
        facts={"lost": str(len(lines)), "clean": "yes" if clean else "no"},
    )


def _loss_steps(
    scope: Scope, merge: Join, path: str, sides: tuple[list[int], list[int]], clean: bool
) -> tuple[Evidence, ...]:
    owners, keepers = sides
    name = scope.past.name
    settled = (
        "git would have merged the two by itself"
        if clean
        else "the two conflict, and whether the choice was meant is not recorded"
    )
    return (
        scope.evidence(merge.base, "the newest commit that both sides have"),
        *(
            scope.evidence(c, f"{name(c)} changed {path} on the side that was dropped")
            for c in sorted(owners)[-3:]
        ),
        *(
            scope.evidence(c, f"{name(c)} changed {path} on the side that was kept")
            for c in sorted(keepers)[-1:]
        ),
        scope.evidence(
            merge.commit,
            f"{name(merge.commit)} merged both and kept one side's version as it was; {settled}",
        ),
    )


def _broken(
    scope: Scope, merge: Join, changed: tuple[Difference, Difference]
) -> Iterator[AuditFinding]:
    past = scope.past
    one, other = (past.trees[parent] for parent in merge.parents)
    sides = Sides(past.trees[merge.commit], (one, other), changed)
    for side, fault in broken_premises(scope, sides):
        users = authored(scope, merge, fault.path, side)[:1]
        causes = authored(scope, merge, fault.module, 1 - side)[:1]
        if not users or not causes or past.who[users[0]] == past.who[causes[0]]:
            continue
        commit = past.ids[merge.commit]
        yield AuditFinding(
            id=f"{Kind.WRITE_SKEW}:{fault.path}:{fault.name}:{short(commit)}",
            kind=Kind.WRITE_SKEW,
            severity=Severity.MEDIUM if _mended(scope, merge, fault.path) else Severity.HIGH,
            verdict=Verdict.FOUND,
            agents=scope.agents((*causes, *users)),
            paths=(fault.path, fault.module),
            witness=_skew_steps(scope, merge, causes, users, (fault.name, fault.module)),
            lines=(Lines(fault.path, fault.line, fault.line),),
            summary=f"A clean merge broke {fault.path}: it uses {fault.name} of {fault.module}, "
            f"which is {fault.why}.",
            t=past.times[merge.commit],
            case=f"commit:{short(commit)}",
            facts={"name": fault.name, "why": fault.why},
        )


def _skew_steps(
    scope: Scope,
    merge: Join,
    causes: Sequence[int],
    users: Sequence[int],
    what: tuple[str, str],
) -> tuple[Evidence, ...]:
    name, module = what
    return (
        *(scope.evidence(c, f"changed {name} in {module}") for c in causes),
        *(scope.evidence(c, f"used {name} without having seen that") for c in users),
        scope.evidence(merge.commit, "merged both without a conflict"),
    )


def _mended(scope: Scope, merge: Join, path: str) -> bool:
    """Whether the file was changed again after the merge."""
    raw = path.encode(errors="surrogateescape")
    return scope.past.knows(raw) and scope.past.commits_of(raw)[-1] > merge.commit
