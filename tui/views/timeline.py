"""The timeline of a replay: where it is, and where findings are."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tui.views.line import Line, Span
from tui.views.shapes import SEVERITY, SEVERITY_ROLE
from workspaces.anomalies.finding import Finding, Severity, Verdict

PAST: Final = "━"
COMING: Final = "─"
HERE: Final = "●"


class Marker(NamedTuple):
    """The gravest finding of a cell."""

    cell: int
    severity: Severity


def markers(findings: Iterable[Finding], seconds: float, width: int) -> tuple[Marker, ...]:
    """The gravest finding of each of `width` cells, of those that ask for attention."""
    gravest: dict[int, Severity] = {}
    for finding in findings:
        if finding.severity is Severity.INFO or finding.verdict is Verdict.CLEAR:
            continue
        cell = cell_of(finding.t, seconds, width)
        before = gravest.get(cell)
        if before is None or before.rank < finding.severity.rank:
            gravest[cell] = finding.severity
    return tuple(Marker(cell, severity) for cell, severity in sorted(gravest.items()))


def cell_of(t: float, seconds: float, width: int) -> int:
    """The cell of a moment."""
    if seconds <= 0 or width <= 1:
        return 0
    return min(max(round(t / seconds * (width - 1)), 0), width - 1)


def timeline(now: float, seconds: float, width: int, marks: Sequence[Marker], read: float) -> Line:
    """One line of `width` cells. `read` is the share of the recording whose findings are known;
    what lies beyond it is fainter."""
    here = cell_of(now, seconds, width)
    known = cell_of(read, 1.0, width) if read < 1 else width
    signs = {mark.cell: mark.severity for mark in marks}
    spans: list[Span] = []
    for cell in range(width):
        if cell == here:
            span = Span(HERE, "accent bold")
        elif severity := signs.get(cell):
            span = Span(SEVERITY[severity], SEVERITY_ROLE[severity])
        elif cell < here:
            span = Span(PAST, "accent")
        else:
            span = Span(COMING, "dim" if cell <= known else "faint")
        if spans and spans[-1].role == span.role:
            spans[-1] = Span(spans[-1].text + span.text, span.role)
        else:
            spans.append(span)
    return tuple(spans)
