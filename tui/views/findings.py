"""The list of findings: one entry per case, with all its faces."""

from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, cells, clip, clip_start, data, fit, pad, spread
from tui.views.picture import Case, Picture
from tui.views.roles import name_of
from tui.views.shapes import SEVERITY, SEVERITY_ROLE
from tui.views.words import clock
from workspaces.anomalies.finding import Verdict

WIDE = 64
"""Cells from which on an entry takes one line."""


def listing(picture: Picture, width: int) -> Listing:
    """All cases, oldest first."""
    make = _one_line if width >= WIDE else _two_lines
    return Listing(
        tuple(Entry(case.id, make(case, picture, width)) for case in picture.cases),
        "No findings yet. Every write is compared with what it replaces.",
        grows=True,
    )


def kinds(case: Case) -> str:
    """The names of a case's faces, the gravest first."""
    return " + ".join(dict.fromkeys(f.kind.value for f in case.findings))


def people(case: Case, picture: Picture) -> Line:
    """Whom a case touches, each in its own hue."""
    spans: list[Span] = []
    for place, agent in enumerate(case.agents):
        if place:
            spans.append(Span(" × ", "dim"))
        spans.append(data(name_of(agent), picture.role(agent)))
    return tuple(spans)


def _sign(case: Case) -> Span:
    role = SEVERITY_ROLE[case.severity]
    return Span(f"{SEVERITY[case.severity]} ", f"{role} bold" if role != "dim" else role)


def _unsure(case: Case) -> str:
    return "?" if case.lead.verdict is Verdict.UNKNOWN else ""


def _one_line(case: Case, picture: Picture, width: int) -> tuple[Line, ...]:
    names = pad(kinds(case) + _unsure(case), min(28, width // 3))
    role = "dim" if SEVERITY_ROLE[case.severity] == "dim" else "text"
    who = people(case, picture)
    used = 2 + 8 + cells(names) + 2
    path = ", ".join(case.paths)
    who = fit(who, max(width - used - 12, 10))
    size = sum(cells(s.text) for s in who)
    line = (
        _sign(case),
        Span(pad(clock(case.lead.t), 7, right=True) + " ", "dim"),
        Span(names + " ", role),
        data(clip_start(path, max(width - used - size - 2, 6)) + "  ", "path"),
        *who,
    )
    return (fit(line, width),)


def _two_lines(case: Case, picture: Picture, width: int) -> tuple[Line, ...]:
    role = "dim" if SEVERITY_ROLE[case.severity] == "dim" else "text"
    time = clock(case.lead.t)
    others = len({f.kind for f in case.findings}) - 1
    names = case.lead.kind.value + (f" +{others}" if others else "") + _unsure(case)
    names = clip(names, width - 3 - cells(time))
    first = spread((_sign(case), Span(names, role)), (Span(time, "dim"),), width)
    who = people(case, picture)
    room = width - 2 - sum(cells(s.text) for s in who) - 2
    path = ", ".join(case.paths)
    second: Line = (Span("  "), data(clip_start(path, max(room, 8)), "path"), Span("  "), *who)
    return first, fit(second, width)
