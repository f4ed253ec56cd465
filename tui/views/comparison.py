"""The versions at stake: two side by side, or one alone with the lines that matter."""

from collections.abc import Iterator
from typing import Final

from tui.views.case import Case
from tui.views.diffs import Pair, side_by_side
from tui.views.line import Line, Span, cells, clip, data, fit, flat, pad, spread
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.sanitize import sanitize
from tui.views.shapes import MORE
from tui.views.words import clock, plural
from workspaces.history.state import State, Version

SIDE_BY_SIDE: Final = 72
"""Cells from which on two columns of code can be read; below, the lines stand one by one."""

MOST_PAIRS: Final = 3
"""Comparisons that are shown of one path; a crowded case may have dozens."""

MOST_PATHS: Final = 4
"""Paths whose versions are shown."""

_AROUND: Final = 4
"""Equal lines that are shown beside what differs."""

_TAB: Final = "    "


def versions(case: Case, picture: Picture, width: int) -> list[Line]:
    """The versions that a case is about, path by path."""
    lines: list[Line] = []
    for path in case.paths[:MOST_PATHS]:
        if pairs := _pairs(case, path, picture.state):
            for older, newer in pairs:
                lines += [(), *_comparison(older, newer, picture, width)]
        elif version := _alone(case, path, picture.state):
            lines += [(), *_single(version, case, picture, width)]
    return lines


def _pairs(case: Case, path: str, state: State) -> list[tuple[Version, Version]]:
    """The pairs of versions of `path` that a case is about: those its findings name, each once,
    or else the last two in its evidence."""
    pairs: dict[tuple[int, int], tuple[Version, Version]] = {}
    for finding in case.findings:
        for names, about in ((("older", "newer"), 0), (("read", "head"), -1)):
            numbers = [finding.facts.get(name, "") for name in names]
            if not all(n.isdigit() for n in numbers) or finding.paths[about] != path:
                continue
            one, other = (state.version(path, int(n)) for n in numbers)
            if one and other and one is not other:
                pairs[one.number, other.number] = (one, other)
    if pairs:
        return list(pairs.values())[:MOST_PAIRS]
    among = _in_evidence(case, path, state)
    return [(among[-2], among[-1])] if len(among) > 1 else []


def _in_evidence(case: Case, path: str, state: State) -> list[Version]:
    """The versions of `path`, in whichever tree, that a case's steps made."""
    seen = {step.seq for finding in case.findings for step in finding.witness}
    trees = (tree.files.get(path, []) for tree in state.worktrees.values())
    found = [v for made in (state.files.get(path, []), *trees) for v in made if v.seq in seen]
    return sorted(found, key=lambda version: version.seq)


def _alone(case: Case, path: str, state: State) -> Version | None:
    """The version that matters where there are not two: the one that the evidence made or that
    was read, or else the one of the moment."""
    if among := _in_evidence(case, path, state):
        return among[-1]
    for finding in case.findings:
        number = finding.facts.get("read", "")
        if number.isdigit() and path in finding.paths and (v := state.version(path, int(number))):
            return v
    before = [v for v in state.files.get(path, []) if v.seq <= case.lead.seq]
    return before[-1] if before else None


def _single(version: Version, case: Case, picture: Picture, width: int) -> list[Line]:
    """A version with the lines at stake, or its first ones."""
    text = picture.state.text(version.blob) if version.blob else ""
    head = spread(
        (data(version.path, "path bold"),), _whose(version, picture, min(width // 2, 44)), width
    )
    if text is None:
        return [head, (Span("  its text was not stored", "dim"),)]
    if not version.blob:
        return [head, (Span("  deleted", "dim"),)]
    rows = _clean(text).splitlines()
    at_stake = {
        number
        for finding in case.findings
        for part in finding.lines
        if part.path == version.path
        for number in range(part.start, min(part.end, len(rows)) + 1)
    }
    near = {n + d for n in at_stake or {1} for d in range(-_AROUND, _AROUND + 1)}
    lines: list[Line] = [head]
    last = 0
    for number, row in enumerate(rows, 1):
        if number not in near:
            continue
        if number > last + 1:
            lines.append(_skipped(number - last - 1))
        last = number
        sign = Span("▌ ", "warn bold") if number in at_stake else Span("  ")
        role = "text" if number in at_stake or not at_stake else "dim"
        lines.append((Span(f"{number:>4} ", "faint"), sign, Span(clip(row, width - 7), role)))
    if last < len(rows):
        lines.append(_skipped(len(rows) - last))
    return lines


def _skipped(number: int) -> Line:
    return (Span(f"   {MORE} {plural(number, 'line')}", "faint"),)


def _comparison(older: Version, newer: Version, picture: Picture, width: int) -> list[Line]:
    texts = [picture.state.text(v.blob) if v.blob else "" for v in (older, newer)]
    lines: list[Line] = []
    if texts[0] is None or texts[1] is None:
        title = (Span(flat(older.path), "path"), Span("  the texts were not stored", "dim"))
        return [fit(title, width)]
    pairs = side_by_side(_clean(texts[0]), _clean(texts[1]))
    lost = sum(1 for p in pairs if not p.same and p.left_number and p.left.strip())
    new = sum(1 for p in pairs if not p.same and p.right_number and p.right.strip())
    note: Line = (
        Span(f"- {plural(lost, 'line')} gone", "bad" if lost else "dim"),
        Span("  "),
        Span(f"+ {plural(new, 'line')} new", "ok" if new else "dim"),
    )
    lines.append(spread((data(older.path, "path bold"),), note, width))
    if width >= SIDE_BY_SIDE:
        return lines + _columns(older, newer, pairs, picture, width)
    return lines + _stacked(older, newer, pairs, picture, width)


def _folded(pairs: list[Pair]) -> Iterator[Pair | int]:
    """The pairs near what differs; for a stretch of equal ones between, how many they are."""
    differ = [place for place, pair in enumerate(pairs) if not pair.same]
    near = {place + by for place in differ for by in range(-_AROUND, _AROUND + 1)}
    if not differ:
        near = set(range(2 * _AROUND))
    skipped = 0
    for place, pair in enumerate(pairs):
        if place not in near:
            skipped += 1
            continue
        if skipped:
            yield skipped
            skipped = 0
        yield pair
    if skipped:
        yield skipped


def _clean(text: str) -> str:
    return sanitize(text).replace("\t", _TAB)


def _whose(version: Version, picture: Picture, width: int) -> Line:
    tree = picture.state.worktrees.get(version.author)
    apart = tree is not None and version in tree.files.get(version.path, ())
    where = " in its worktree" if apart else ""
    words = (
        data(name_of(version.author), f"{picture.role(version.author)} bold"),
        Span(f"  v{version.number}{where} · {clock(version.t)} · #{version.seq}", "dim"),
    )
    line = fit(words, width)
    return (*line, Span(" " * (width - sum(cells(span.text) for span in line))))


def _columns(
    older: Version, newer: Version, pairs: list[Pair], picture: Picture, width: int
) -> list[Line]:
    half = (width - 3) // 2
    middle = Span(" │ ", "frame")
    lines: list[Line] = [
        (*_whose(older, picture, half), middle, *_whose(newer, picture, half)),
    ]
    for p in _folded(pairs):
        if isinstance(p, int):
            lines.append(_skipped(p))
            continue
        left = _half(p.left_number, p.left, "same" if p.same else "removed", half)
        right = _half(p.right_number, p.right, "same" if p.same else "added", half)
        lines.append((*left, middle, *right))
    return lines


def _half(number: int, text: str, change: str, width: int) -> Line:
    if not number:
        return (Span(" " * width),)
    sign = {"removed": "-", "added": "+"}.get(change, " ")
    sign_role = {"removed": "bad bold", "added": "ok bold"}.get(change, "dim")
    role = "text" if change == "same" else change
    return (
        Span(f"{number:>4} ", "faint"),
        Span(f"{sign} ", sign_role),
        Span(pad(text, width - 7), role),
    )


def _stacked(
    older: Version, newer: Version, pairs: list[Pair], picture: Picture, width: int
) -> list[Line]:
    lines: list[Line] = [
        (Span("- ", "bad bold"), *_whose(older, picture, width - 2)),
        (Span("+ ", "ok bold"), *_whose(newer, picture, width - 2)),
    ]
    added: list[Line] = []
    for p in _folded(pairs):
        if isinstance(p, int):
            lines += [*added, _skipped(p)]
            added = []
            continue
        if p.same:
            lines += added
            added = []
            lines.append((Span("  "), Span(clip(p.left, width - 2), "dim")))
            continue
        if p.left_number:
            lines.append((Span("- ", "bad bold"), Span(pad(p.left, width - 2), "removed")))
        if p.right_number:
            added.append((Span("+ ", "ok bold"), Span(pad(p.right, width - 2), "added")))
    return lines + added
