"""A finding opened: what happened in a sentence, step by step, and both versions side by side."""

import textwrap
from typing import Final

from tui.views.diffs import Pair, side_by_side
from tui.views.findings import kinds, people
from tui.views.line import Line, Span, cells, clip, data, fit, flat, pad, spread
from tui.views.picture import Case, Picture
from tui.views.roles import name_of
from tui.views.sanitize import sanitize
from tui.views.shapes import SEVERITY, SEVERITY_ROLE
from tui.views.words import clock, plural
from workspaces.anomalies.finding import Finding, Verdict
from workspaces.history.state import Version

SIDE_BY_SIDE: Final = 72
"""Cells from which on two columns of code can be read; below, the lines stand one by one."""

MOST_PAIRS: Final = 3
"""Comparisons that are shown of one path; a crowded case may have dozens."""

_TAB: Final = "    "


def evidence(case: Case, picture: Picture, width: int) -> list[Line]:
    """Everything there is to say about `case`, in lines of `width` cells."""
    lines: list[Line] = []
    for place, finding in enumerate(case.findings):
        lines += _sentence(finding, width, first=place == 0)
    lines.append(())
    lines.append((Span("What happened", "info bold"),))
    lines += _steps(case, picture, width)
    for path in case.paths:
        for older, newer in _versions(case, path, picture):
            lines.append(())
            lines += _comparison(older, newer, picture, width)
    return [fit(line, width) for line in lines]


def heading(case: Case, picture: Picture, place: int, total: int) -> tuple[Line, Line]:
    """What stands in the frame of an opened finding: its name, and its place among all."""
    severity = case.severity
    left: Line = (
        Span(f" {SEVERITY[severity]} ", f"{SEVERITY_ROLE[severity]} bold"),
        Span(kinds(case), "bold"),
        Span(" · ", "dim"),
        *people(case, picture),
        Span(" "),
    )
    return left, (Span(f" {place} of {total} · {clock(case.lead.t)} ", "dim"),)


def _sentence(finding: Finding, width: int, first: bool) -> list[Line]:
    role = SEVERITY_ROLE[finding.severity]
    head = f"{SEVERITY[finding.severity]} "
    words = flat(finding.summary)
    if finding.verdict is Verdict.UNKNOWN:
        words += " (Not proven: part of the evidence was not recorded.)"
    if not first:
        words = f"{finding.kind.value}: {words}"
    wrapped = textwrap.wrap(words, max(width - 2, 20)) or [""]
    return [
        (Span(head if row == 0 else "  ", f"{role} bold"), Span(text, "bold" if first else "text"))
        for row, text in enumerate(wrapped)
    ]


def _steps(case: Case, picture: Picture, width: int) -> list[Line]:
    reasons: dict[int, str] = {}
    for finding in case.findings:
        for step in finding.witness:
            if len(step.reason) > len(reasons.get(step.seq, "")):
                reasons[step.seq] = step.reason
    lines: list[Line] = []
    digits = max((len(str(seq)) for seq in reasons), default=1)
    for seq, reason in sorted(reasons.items()):
        at = picture.moment(seq)
        agent = picture.author_of(seq)
        lead = (
            Span(f"  #{seq:<{digits}} ", "dim"),
            Span(pad(clock(at), 6, right=True) + "  " if at is not None else " " * 8, "dim"),
        )
        indent = sum(cells(span.text) for span in lead)
        words = textwrap.wrap(flat(reason), max(width - indent, 20)) or [""]
        role = picture.role(agent) if agent else "text"
        lines.append((*lead, *_with_name(words[0], name_of(agent), role)))
        lines += [(Span(" " * indent), Span(text)) for text in words[1:]]
    return lines


def _with_name(text: str, name: str, role: str) -> Line:
    """`text` with the name it begins with in its own hue."""
    if name and text.startswith(name):
        return (data(name, role), Span(text[len(name) :]))
    return (Span(text),)


def _versions(case: Case, path: str, picture: Picture) -> list[tuple[Version, Version]]:
    """The pairs of versions of `path` that a case is about: those its findings name, each once,
    or else the last two in its evidence."""
    pairs: dict[tuple[int, int], tuple[Version, Version]] = {}
    for finding in case.findings:
        if path in finding.paths and {"older", "newer"} <= finding.facts.keys():
            older, newer = finding.facts["older"], finding.facts["newer"]
            if older.isdigit() and newer.isdigit():
                one = picture.state.version(path, int(older))
                other = picture.state.version(path, int(newer))
                if one and other:
                    pairs[one.number, other.number] = (one, other)
    if pairs:
        return list(pairs.values())[:MOST_PAIRS]
    seen = {step.seq for finding in case.findings for step in finding.witness}
    among = [v for v in picture.state.files.get(path, []) if v.seq in seen]
    return [(among[-2], among[-1])] if len(among) > 1 else []


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


def _clean(text: str) -> str:
    return sanitize(text).replace("\t", _TAB)


def _whose(version: Version, picture: Picture, width: int) -> Line:
    words = (
        data(name_of(version.author), f"{picture.role(version.author)} bold"),
        Span(f"  v{version.number} · {clock(version.t)} · #{version.seq}", "dim"),
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
    for p in pairs:
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
    for p in pairs:
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
