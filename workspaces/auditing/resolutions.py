"""What merges wrote themselves: a version that neither side had, without lines that one had added.

Git wrote most of them, by putting both sides' changes together, and then no line is missing. Where
whoever merged wrote on, or settled a conflict by hand, lines that somebody had just added may be
gone. They had them before their eyes, so whether they meant to is not recorded: `unknown`.
"""

from collections.abc import Iterator

from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.anomalies.hunks import hunks
from workspaces.auditing.differences import Difference
from workspaces.auditing.finding import AuditFinding
from workspaces.auditing.joins import Join, authored
from workspaces.auditing.muting import is_quiet
from workspaces.auditing.scope import Scope, short
from workspaces.auditing.survival import FEWEST


def rewritten(
    scope: Scope,
    merge: Join,
    sides: tuple[Difference, Difference],
    after: tuple[Difference, Difference],
) -> Iterator[AuditFinding]:
    """The paths of which the merge holds neither side's version, and what it lacks of either."""
    for path in sorted(after[0].keys() & after[1].keys()):
        merged = after[0][path][1]
        for side in (0, 1):
            if path in sides[side] and merged and not is_quiet(path):
                yield from _lacking(scope, merge, path, side, (*sides[side][path], merged))


def _lacking(
    scope: Scope, merge: Join, path: str, side: int, blobs: tuple[str, str, str]
) -> Iterator[AuditFinding]:
    base, theirs, now = (scope.blobs.lines(blob) for blob in blobs)
    if base is None or theirs is None or now is None:
        return
    added = [line for hunk in hunks(base, theirs) for line in hunk.lines if line.strip()]
    there = {line.strip() for line in now}
    gone = [line for line in added if line.strip() not in there]
    if len(gone) < FEWEST or 2 * len(gone) < len(added):
        return
    past = scope.past
    authors = authored(scope, merge, path, side)
    if not authors or past.who[merge.commit] in {past.who[c] for c in authors}:
        return
    merger, whose = past.name(merge.commit), " and ".join(scope.agents(authors))
    yield AuditFinding(
        id=f"{Kind.LOST_UPDATE}:{path}:{short(past.ids[merge.commit])}:{side}",
        kind=Kind.LOST_UPDATE,
        severity=Severity.LOW,
        verdict=Verdict.UNKNOWN,
        agents=tuple(dict.fromkeys((*scope.agents(authors), merger))),
        paths=(path,),
        witness=(
            scope.evidence(merge.base, "the newest commit that both sides have"),
            *(
                scope.evidence(c, f"{past.name(c)} changed {path} on one side")
                for c in sorted(authors)[-3:]
            ),
            scope.evidence(
                merge.commit,
                f"{merger} merged both and wrote a version that neither side had; whether the "
                "lines were meant to go is not recorded",
            ),
        ),
        summary=f"{merger}'s merge rewrote {path} without {len(gone)} of the {len(added)} lines "
        f"that {whose} had added.",
        t=past.times[merge.commit],
        case=f"commit:{short(past.ids[merge.commit])}",
        facts={"lost": str(len(gone)), "clean": "rewritten"},
    )
