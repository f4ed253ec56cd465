"""The list of breakpoints, what can be said in a condition, and why the team stands still."""

import textwrap
from collections.abc import Sequence

from tui.breaking import Point
from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, cells, clip, data, flat, pad, width_of
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.words import plural

ON, OFF = "●", "○"

TERMS: tuple[tuple[str, str], ...] = (
    ("finding:KIND  event:KIND  failure", "what happens"),
    ("path:*.py  agent:NAME  task:ID  text:WORDS", "about what"),
    ("tokens>N  cost>N  time>N  event>N  round>N  turn>N", "how far"),
    ("idle>SECONDS  unread>SECONDS", "how long"),
    ("hits:N  once", "how often"),
)
"""What a condition is made of, for whoever writes one."""


def listing(points: Sequence[Point], width: int, looking: bool) -> Listing:
    """The breakpoints, in the order in which they were set."""
    entries = [Entry(str(point.number), (_line(point, width, looking),)) for point in points]
    return Listing(tuple(entries), "No breakpoint is set.")


def _line(point: Point, width: int, looking: bool) -> Line:
    times = plural(point.met, "time") + (" so far" if looking else "")
    tail: Line = (Span(f" met {times}" if point.on else f" off, met {times}", "dim"),)
    head = (
        Span(f"{ON if point.on else OFF} ", "accent" if point.on else "faint"),
        Span(f"{point.number:>2}  ", "dim"),
    )
    room = max(width - width_of(head) - width_of(tail), 8)
    words = flat(point.condition)
    return (*head, Span(pad(clip(words, room), room), "text" if point.on else "faint"), *tail)


def terms(width: int) -> list[Line]:
    """What a condition is made of."""
    room = max(cells(what) for _, what in TERMS)
    return [
        (Span(f"{pad(what, room)}  ", "dim"), Span(clip(words, width - room - 2), "faint"))
        for words, what in TERMS
    ]


def why(picture: Picture, width: int) -> list[Line]:
    """Why the team stands still, in full; nothing while it does not."""
    stands = picture.pause
    if stands is None:
        return []
    where = f" at event {stands.at}" if stands.at else ""
    author = picture.author_of(stands.at) if stands.at else ""
    by: Line = (Span(" by ", "dim"), data(name_of(author), picture.role(author))) if author else ()
    head: Line = (Span("‖ stopped", "warn bold"), Span(where, "dim"), *by)
    reason = "A step is over." if stands.reason == "step" else stands.reason
    words = textwrap.wrap(flat(reason), max(width - 2, 20))
    return [head, *((Span("  "), Span(text)) for text in words)]
