"""Duplicate work: two authors who made the same change, neither knowing of the other's.

The same change is the same patch id (`git patch-id`: the lines added and taken away, wherever
they stand), or the same new function or class in another file. Only commits that a head has and
another lacks are compared: what was merged since has been noticed.

Not reported: patches of less than `FEWEST` lines, which two people write by chance, and copies
that keep their author, as cherry-picks and rebases do.
"""

import ast
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from msgspec import Struct

from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.auditing.finding import AuditFinding
from workspaces.auditing.muting import is_quiet
from workspaces.auditing.past import Touch
from workspaces.auditing.scope import Scope, short, shown

MOST = 400
"""Commits compared, the newest first."""
FEWEST = 5
"""Lines that are not blank in a patch or a function, at least."""
ALIKE = 0.9
"""Share of equal lines from which two functions of one name are one piece of work."""
_OPTIONS = ("--stdin", "-p", "-r", "--root", "--no-ext-diff", "--no-textconv", "--full-index")


class _Symbol(Struct, frozen=True):
    commit: int
    path: str
    name: str
    lines: tuple[str, ...]


def duplicates(scope: Scope, unshared: Iterable[int]) -> list[AuditFinding]:
    """The findings among `unshared`, commits that not every head has."""
    past = scope.past
    commits = sorted(
        c
        for c in set(unshared)
        if len(past.parents[c]) < 2 and not scope.is_bot(c) and c not in past.marks
    )
    scope.note(max(0, len(commits) - MOST), "{count} older unmerged commits were not compared.")
    commits = commits[-MOST:]
    if len({past.who[c] for c in commits}) < 2:
        return []
    return [*_patches(scope, commits), *_symbols(scope, commits)]


def _apart(scope: Scope, one: int, other: int) -> bool:
    past = scope.past
    return past.who[one] != past.who[other] and not past.is_ancestor(
        min(one, other), max(one, other)
    )


def _patches(scope: Scope, commits: Sequence[int]) -> list[AuditFinding]:
    past = scope.past
    ids = "".join(f"{past.ids[c]}\n" for c in commits).encode()
    patches = scope.source.git("diff-tree", *_OPTIONS, data=ids)
    groups: dict[str, list[int]] = {}
    for line in scope.source.git("patch-id", "--stable", data=patches).decode().splitlines():
        patch, _, commit = line.partition(" ")
        groups.setdefault(patch, []).append(past.index[commit])
    sizes = _sizes(patches)
    found = []
    for group in groups.values():
        pair = next((p for p in combinations(sorted(group), 2) if _apart(scope, *p)), None)
        if pair and sizes.get(past.ids[pair[0]], 0) >= FEWEST:
            found.append(_finding(scope, pair, "the same patch", _paths_of(scope, pair[0])))
    return found


def _sizes(patches: bytes) -> dict[str, int]:
    """How many lines that are not blank each commit adds or takes away."""
    sizes: dict[str, int] = {}
    commit = ""
    for line in patches.split(b"\n"):
        if len(line) in (40, 64) and line.isalnum():
            commit = line.decode(errors="replace")
        elif line[:1] in b"+-" and line[1:].strip() and line[:3] not in (b"+++", b"---"):
            sizes[commit] = sizes.get(commit, 0) + 1
    return sizes


def _paths_of(scope: Scope, commit: int) -> tuple[str, ...]:
    said = scope.source.git(
        *("diff-tree", "-r", "--root", "--name-only", "--no-commit-id", "-z"),
        scope.past.ids[commit],
    )
    return tuple(shown(name) for name in said.split(b"\0")[:5] if name)


def _symbols(scope: Scope, commits: Sequence[int]) -> list[AuditFinding]:
    """New functions and classes of one name and nearly one text, in different files."""
    past = scope.past
    wanted = set(commits)
    by_name: dict[str, list[_Symbol]] = {}
    for raw in past.paths():
        if raw.endswith(b".py") and wanted.intersection(past.commits_of(raw)):
            path = shown(raw)
            if not is_quiet(path):
                for touch in past.touches(raw):
                    if touch.commit in wanted:
                        for symbol in _new(scope, path, touch):
                            by_name.setdefault(symbol.name, []).append(symbol)
    found = []
    for symbols in by_name.values():
        pair = next((p for p in combinations(symbols, 2) if _same(scope, *p)), None)
        if pair:
            one, other = sorted(pair, key=lambda symbol: symbol.commit)
            what = f"{one.name}, nearly line by line"
            found.append(_finding(scope, (one.commit, other.commit), what, (one.path, other.path)))
    return found


def _same(scope: Scope, one: _Symbol, other: _Symbol) -> bool:
    return (
        one.path != other.path
        and _apart(scope, one.commit, other.commit)
        and SequenceMatcher(None, one.lines, other.lines, autojunk=False).ratio() >= ALIKE
    )


def _new(scope: Scope, path: str, touch: Touch) -> list[_Symbol]:
    before = _definitions(scope.blobs.text(touch.old))
    return [
        _Symbol(touch.commit, path, name, lines)
        for name, lines in _definitions(scope.blobs.text(touch.new)).items()
        if name not in before and len(lines) >= FEWEST
    ]


def _definitions(text: str | None) -> dict[str, tuple[str, ...]]:
    try:
        tree = ast.parse(text or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {
        node.name: tuple(ast.unparse(node).splitlines())
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def _finding(
    scope: Scope, pair: tuple[int, int], what: str, paths: tuple[str, ...]
) -> AuditFinding:
    past = scope.past
    names = [past.name(commit) for commit in pair]
    ids = [short(past.ids[commit]) for commit in pair]
    return AuditFinding(
        id=f"{Kind.DUPLICATE_WORK}:{':'.join(ids)}",
        kind=Kind.DUPLICATE_WORK,
        severity=Severity.LOW,
        verdict=Verdict.FOUND,
        agents=tuple(names),
        paths=paths,
        witness=(
            scope.evidence(pair[0], f"{names[0]} wrote {what}"),
            scope.evidence(pair[1], f"{names[1]} wrote it too, without having that commit"),
        ),
        summary=f"{names[0]} and {names[1]} did the same work on branches that do not know of "
        f"each other: {what}.",
        t=max(past.times[commit] for commit in pair),
        case=f"duplicate:{':'.join(ids)}",
    )
