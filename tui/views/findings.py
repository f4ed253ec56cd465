"""The list of findings: one entry per case, with all its faces."""

from typing import Final

from tui.views.case import Case
from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, cells, clip, clip_start, data, fit, pad, spread, width_of
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.shapes import SEVERITY, SEVERITY_ROLE, UNKNOWN
from tui.views.words import clock
from workspaces.anomalies.finding import Severity

WIDE: Final = 64
"""Cells from which on an entry takes one line."""

MOST: Final = 400
"""Cases that are listed; a filter reaches the others."""


def listing(picture: Picture, width: int) -> Listing:
    """The cases that the reader wants to see."""
    make = _one_line if width >= WIDE else _two_lines
    docket = picture.docket
    shown, listed = picture.top(MOST)
    empty = "No findings yet. Every write is compared with what it replaces."
    if picture.cases:
        empty = "No finding fits. / chooses which are listed, M shows muted ones."
    return Listing(
        tuple(Entry(case.id, make(case, picture, width)) for case in shown),
        empty,
        grows=docket.by_time,
        head=_head(picture, listed, width) if picture.cases else (),
    )


def signs(counts: dict[Severity, int]) -> Line:
    """How many of each severity there are, those of which there are none left out."""
    spans: list[Span] = []
    for severity, number in counts.items():
        if number:
            spans.append(Span(f"{SEVERITY[severity]}{number} ", SEVERITY_ROLE[severity]))
    return tuple(spans)


def people(case: Case, picture: Picture) -> Line:
    """Whom a case touches, each in its own hue."""
    spans: list[Span] = []
    for place, agent in enumerate(case.agents):
        if place:
            spans.append(Span(" × ", "dim"))
        spans.append(data(name_of(agent), picture.role(agent)))
    return tuple(spans)


def objects(case: Case) -> str:
    """What a case is about: its paths, or else its tasks."""
    return ", ".join(case.paths or case.tasks)


def sign(case: Case) -> Line:
    """The shapes before a case, in three cells: how grave it is, and whether it is proven."""
    role = _role(case)
    bold = f"{role} bold" if role in ("warn", "bad") else role
    return Span(SEVERITY[case.severity], bold), Span(f"{UNKNOWN if case.unknown else ' '} ", bold)


def _role(case: Case) -> str:
    return "faint" if case.quiet else SEVERITY_ROLE[case.severity]


def _text_role(case: Case) -> str:
    return "dim" if case.quiet or case.severity is Severity.INFO else "text"


def _head(picture: Picture, listed: int, width: int) -> tuple[Line, ...]:
    docket = picture.docket
    left: Line = signs(picture.book.counts()) or (Span("none to attend to ", "ok"),)
    if quiet := picture.book.quiet:
        does = "hides" if docket.shows_quiet else "shows"
        right: Line = (Span(f"{quiet} muted (M {does} them)", "dim"),)
        if width_of(left) + width_of(right) + 1 > width:
            right = (Span(f"{quiet} muted (M)", "dim"),)
    else:
        right = (Span("/ filter", "faint"),)
    lines = [spread(left, right, width)]
    if docket.filtered:
        only: Line = (Span("only ", "dim"), data(docket.words, "accent"))
        lines.append(spread(only, (Span(f"{listed} listed · / changes it", "dim"),), width))
    return tuple(lines)


def _who(case: Case, picture: Picture, room: int) -> Line:
    who = people(case, picture)
    if width_of(who) > room and len(case.agents) > 1:
        first = data(name_of(case.agents[0]), picture.role(case.agents[0]))
        who = (first, Span(f" +{len(case.agents) - 1}", "dim"))
    return fit(who, room)


def _one_line(case: Case, picture: Picture, width: int) -> tuple[Line, ...]:
    names = pad(" + ".join(case.kinds), min(30, width // 3))
    used = 3 + 8 + cells(names) + 2
    who = _who(case, picture, max(width - used - 12, 10))
    what = clip_start(objects(case), max(width - used - width_of(who) - 2, 6))
    line = (
        *sign(case),
        Span(pad(clock(case.lead.t), 7, right=True) + " ", "dim"),
        Span(names + " ", _text_role(case)),
        data(what + "  " if what else "", "dim" if case.quiet else "path"),
        *who,
        data(f"  {case.reason}", "dim"),
    )
    return (fit(line, width),)


def _two_lines(case: Case, picture: Picture, width: int) -> tuple[Line, ...]:
    time = clock(case.lead.t)
    others = len(case.kinds) - 1
    names = case.kinds[0] + (f" +{others}" if others else "")
    names = clip(names, width - 4 - cells(time))
    first = spread((*sign(case), Span(names, _text_role(case))), (Span(time, "dim"),), width)
    if case.quiet:
        about = data(f"  {objects(case)}", "faint")
        return first, fit((Span("   "), data(case.reason, "dim"), about), width)
    what = objects(case)
    who = _who(case, picture, max(width - 5 - min(cells(what), 14), 8))
    room = width - 3 - width_of(who) - 2
    path: Line = (data(clip_start(what, max(room, 8)), "path"), Span("  ")) if what else ()
    return first, fit((Span("   "), *path, *who), width)
