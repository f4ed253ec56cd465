"""The audit of a repository: everything in this package, in order, and what it cannot know."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from msgspec import Struct

from workspaces.anomalies.finding import Kind, Severity
from workspaces.auditing.blobs import Blobs
from workspaces.auditing.chains import chains_of
from workspaces.auditing.duplicates import duplicates
from workspaces.auditing.finding import AuditFinding
from workspaces.auditing.heads import Head, read_heads, snapshots, trunk
from workspaces.auditing.merges import merged
from workspaces.auditing.muting import is_muted
from workspaces.auditing.past import Past, read_past
from workspaces.auditing.premature import premature
from workspaces.auditing.range import Range
from workspaces.auditing.recurrence import livelocks
from workspaces.auditing.reflog import interference
from workspaces.auditing.scope import Scope
from workspaces.auditing.sessions import session_findings
from workspaces.auditing.source import Source, opened
from workspaces.auditing.survival import overwrites
from workspaces.auditing.unmerged import unmerged

Progress = Callable[[str, int], None]
"""Told now and then what is done, and how much of it."""


class Author(Struct, frozen=True):
    """An author and how many of the commits are theirs."""

    name: str
    commits: int


class Report(Struct, frozen=True, kw_only=True):
    """What an audit found, the gravest first, findings of one case together.

    `unknown` says in sentences what git does not tell of this repository, and what was left out.
    `quiet` counts, by kind, what is `info` and listed only when its kind is asked for.
    """

    repository: str
    commits: int
    heads: int
    authors: tuple[Author, ...]
    findings: tuple[AuditFinding, ...]
    unknown: tuple[str, ...]
    quiet: dict[str, int]


def audit(
    place: Path,
    *,
    since: str = "",
    branches: str = "",
    kinds: Collection[Kind] = (),
    progress: Progress = lambda _what, _count: None,
) -> Report:
    """Audit the repository that `place` lies in.

    `since` is a commit or a date: only commits after it are judged. `branches` is a shell pattern
    for the names of branches (empty: all, and uncommitted edits). Of `kinds`, if any, findings of
    every severity are listed and of no other kind. Blocks; writes nothing to the repository.
    Raises `AuditError`.
    """
    with opened(place) as source:
        span = Range.of(source, since)
        heads = read_heads(source, branches)
        past = read_past(
            source,
            [head.commit for head in heads],
            head=source.commit_id("HEAD"),
            without=span.without,
            since=span.date,
            progress=lambda count: progress("commits read", count),
        )
        with Blobs(source) as blobs:
            scope = Scope(source, past, blobs, len(past))
            commits, authors = len(past), _authors(past)
            past.adopt(source, [head.commit for head in heads])
            found = _loud(scope, _findings(scope, heads, progress, with_edits=not branches))
            scope.note(
                blobs.refused,
                "{count} contents were not read: binary, over 256 KiB, or damaged.",
            )
            unknown = (*_unknown(source, past, commits, span), *scope.notes)
    listed = [f for f in found if (f.kind in kinds if kinds else f.severity > Severity.INFO)]
    quiet = Counter(f.kind.value for f in found if not kinds and f.severity is Severity.INFO)
    return Report(
        repository=str(place.resolve()),
        commits=commits,
        heads=len(heads),
        authors=authors,
        findings=_ordered(listed),
        unknown=unknown,
        quiet=dict(quiet),
    )


def _loud(scope: Scope, every: Sequence[AuditFinding]) -> list[AuditFinding]:
    """The findings that are not about files that everyone touches."""
    found = [finding for finding in every if not is_muted(finding)]
    scope.note(len(every) - len(found), "{count} findings are about files that everyone touches.")
    return found


def _findings(
    scope: Scope, heads: Sequence[Head], progress: Progress, *, with_edits: bool
) -> list[AuditFinding]:
    past, source = scope.past, scope.source
    if not heads:
        return []
    progress("sessions", 0)
    sessions = chains_of(scope)
    found = session_findings(scope, sessions)
    for session, chains in sessions.items():
        found += premature(scope, session, chains.writes)
    progress("lines that did not survive", 0)
    found += overwrites(scope)
    found += livelocks(scope)
    progress("merges", 0)
    found += merged(scope)
    progress("unmerged work", 0)
    main = trunk(source, heads)
    edits = _join(scope, snapshots(source, scope.notes)) if with_edits else []
    found += unmerged(scope, [*heads, *edits], main)
    found += duplicates(scope, _unshared(past, heads, main))
    return found + interference(scope)


def _join(scope: Scope, edits: Sequence[Head]) -> list[Head]:
    """Let snapshots be commits of the past, each by an author of its own."""
    past = scope.past
    joined = []
    for head in edits:
        parent = scope.source.git("rev-parse", f"{head.commit}^").decode().strip()
        if parent in past.index:
            who = past.people.add(head.name)
            past.add(head.commit, past.index[parent], head.tree, who)
            joined.append(head)
    return joined


def _unshared(past: Past, heads: Sequence[Head], main: Head | None) -> set[int]:
    """The commits that either the trunk or another branch lacks."""
    found: set[int] = set()
    if main is None:
        return found
    for head in heads:
        if head != main:
            mine, theirs, _ = past.fork(past.index[head.commit], past.index[main.commit])
            if mine:
                found.update(mine, theirs)
    return found


def _authors(past: Past) -> tuple[Author, ...]:
    total = [(past.people.name(who), count) for who, count in Counter(past.who).items()]
    return tuple(Author(*one) for one in sorted(total, key=lambda one: (-one[1], one[0])))


def _ordered(findings: Sequence[AuditFinding]) -> tuple[AuditFinding, ...]:
    """The gravest case first, the newest of equals; within a case the gravest finding first."""
    gravest: dict[str, tuple[int, int]] = {}
    for finding in findings:
        rank = (finding.severity.rank, finding.t)
        gravest[finding.case] = max(gravest.get(finding.case, rank), rank)
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                *(-n for n in gravest[f.case]), f.case, -f.severity.rank, f.kind.value, f.id
            ),
        )
    )  # fmt: skip


def _unknown(source: Source, past: Past, commits: int, span: Range) -> list[str]:
    told = []
    plain = commits - len(past.marks)
    if plain and past.marks:
        told.append(f"{plain:,} commits say nothing of what their authors had read.")
    elif plain:
        told.append(
            "Nobody recorded what was read: whether a change that replaced somebody else's was "
            "made knowing it cannot be told, and such findings are `unknown`."
        )
    if past.marks:
        told.append(
            "Trailers tell writes, not claims and completions: whether tasks waited for what "
            "they need cannot be told from git."
        )
    if source.shallow:
        told.append("The clone is shallow: what lies before its oldest commits is not here.")
    if span.given:
        told.append(f"Only commits since {span.given} were judged.")
    if any(len(parents) > 1 for parents in past.parents):
        told.append("Lines that a merge made itself are attributed to nobody.")
    if not (source.common / "logs" / "HEAD").exists() and commits:
        told.append("There is no reflog: moves of HEAD under somebody at work cannot be told.")
    return told
