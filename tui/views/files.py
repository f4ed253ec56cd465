"""The list of files: who wrote them last, how often, and which are contested."""

from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, cells, clip_start, data, fit, pad, spread
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.shapes import OUTSIDE as OUTSIDE_SHAPE
from tui.views.shapes import SEVERITY, SEVERITY_ROLE
from tui.views.words import plural
from workspaces.history.events import OUTSIDE
from workspaces.history.state import Version


def listing(picture: Picture, width: int) -> Listing:
    """All paths that were ever written, by name."""
    entries = [
        Entry(path, (_line(path, versions, picture, width),))
        for path, versions in sorted(picture.state.files.items())
    ]
    return Listing(tuple(entries), "No files yet.")


def _line(path: str, versions: list[Version], picture: Picture, width: int) -> Line:
    last = versions[-1]
    severity = picture.contested.get(path)
    if severity:
        sign = Span(f"{SEVERITY[severity]} ", SEVERITY_ROLE[severity])
    elif last.author == OUTSIDE:
        sign = Span(f"{OUTSIDE_SHAPE} ", "outside")
    else:
        sign = Span("  ")
    authors = len({version.author for version in versions})
    by = name_of(last.author)
    others = f" +{authors - 1}" if authors > 1 else ""
    tail: Line = (
        Span(pad(f"v{last.number}", 4), "dim"),
        data(by, picture.role(last.author)),
        Span(others, "dim"),
    )
    if width >= 72:
        tail = (Span(f"{plural(len(versions), 'write')}  ", "faint"), *tail)
    room = width - 3 - sum(cells(span.text) for span in tail)
    gone = "" if last.blob else " (deleted)"
    name = data(clip_start(path + gone, max(room, 8)), picture.role(last.author))
    return fit(spread((sign, name), tail, width), width)
