"""The list of files: who wrote them last, who holds them, where they differ, and which are
contested."""

from tui.views import policy, shapes
from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, clip_start, data, fit, pad, spread, width_of
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.words import plural
from workspaces.history.events import OUTSIDE
from workspaces.history.state import Version


def listing(picture: Picture, width: int) -> Listing:
    """All paths that were ever written in any tree, or are held, by name."""
    state = picture.state
    paths = set(state.files) | set(state.leases)
    for tree in state.worktrees.values():
        paths |= tree.heads.keys()
    entries = [Entry(path, (_line(path, picture, width),)) for path in sorted(paths)]
    return Listing(tuple(entries), "No files yet.")


def _line(path: str, picture: Picture, width: int) -> Line:
    versions = picture.state.files.get(path, [])
    last = versions[-1] if versions else None
    severity = picture.contested.get(path)
    if severity:
        sign = Span(f"{shapes.SEVERITY[severity]} ", shapes.SEVERITY_ROLE[severity])
    elif last and last.author == OUTSIDE:
        sign = Span(f"{shapes.OUTSIDE} ", "outside")
    else:
        sign = Span("  ")
    tail = (*_held(path, picture), *_versions(versions, picture, width))
    tail = fit(tail, max(width - 14, 10))
    note = " (not written yet)" if last is None else "" if last.blob else " (deleted)"
    room = width - 3 - width_of(tail)
    role = picture.role(last.author) if last else "dim"
    name = data(clip_start(path + note, max(room, 8)), role)
    return fit(spread((sign, name), tail, width), width)


def _held(path: str, picture: Picture) -> Line:
    """Who holds a lease on the file, and whose worktrees have a version of their own."""
    state = picture.state
    spans: list[Span] = []
    if lease := state.leases.get(path):
        spans.append(data(f"{shapes.LEASED}{lease.holder}  ", picture.role(lease.holder)))
    if trees := policy.worktrees_of(path, state):
        one = len(trees) == 1
        whose = trees[0] if one else str(len(trees))
        role = picture.role(trees[0]) if one else "accent"
        spans.append(data(f"{shapes.WORKTREE}{whose}  ", role))
    return tuple(spans)


def _versions(versions: list[Version], picture: Picture, width: int) -> Line:
    """How often the file was written, and by whom."""
    if not versions:
        return ()
    last = versions[-1]
    authors = len({version.author for version in versions})
    tail: Line = (
        Span(pad(f"v{last.number}", 4), "dim"),
        data(name_of(last.author), picture.role(last.author)),
        Span(f" +{authors - 1}" if authors > 1 else "", "dim"),
    )
    if width >= 72:
        tail = (Span(f"{plural(len(versions), 'write')}  ", "faint"), *tail)
    return tail
