"""The task graph, drawn: one task a line below all that it needs, with rails from those to it.

Tasks stand by their depth (the longest chain of needs before them), so what can be done at the same
time stands together. A rail runs from a task to the last one that needs it.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, data, fit, flat, pad, spread, width_of
from tui.views.picture import Picture
from tui.views.shapes import TASK
from tui.views.tasks import ROLES, condition, tail
from workspaces.history.state import Task

MOST_RAILS: Final = 12
"""Rails beside each other that still read well; a graph with more is listed without any."""


class Row(NamedTuple):
    """A task in the drawing: the rails beside it, and its depth."""

    task: str
    rails: str
    node: int
    """The place of the task's own mark among the rails."""
    depth: int


def depths(tasks: dict[str, Task]) -> dict[str, int]:
    """How long the longest chain of needs before each task is. A cycle, which only a damaged
    recording has, ends where it closes."""
    found: dict[str, int] = {}
    for name in tasks:
        path = [name]
        while path:
            top = path[-1]
            needs = [d for d in tasks[top].dependencies if d in tasks]
            waiting = [d for d in needs if d not in found and d not in path]
            if waiting:
                path.append(waiting[0])
                continue
            found[path.pop()] = 1 + max((found.get(d, -1) for d in needs), default=-1)
    return found


def rows(tasks: dict[str, Task]) -> list[Row]:
    """The drawing, from the tasks that need nothing down."""
    depth = depths(tasks)
    order = sorted(tasks, key=lambda name: depth[name])
    users = dict.fromkeys(tasks, 0)
    for task in tasks.values():
        for need in set(task.dependencies) & tasks.keys():
            users[need] += 1
    rails: list[str] = []  # the task that each rail comes from, empty where none runs
    drawn: list[Row] = []
    for name in order:
        needs = set(tasks[name].dependencies)
        joined = [place for place, source in enumerate(rails) if source and source in needs]
        for place in joined:
            users[rails[place]] -= 1
        ending = [place for place in joined if not users[rails[place]]]
        free = (place for place, source in enumerate(rails) if not source)
        node = ending[0] if ending else next(free, len(rails))
        rails += [""] * (node + 1 - len(rails))
        drawn.append(Row(name, _rails(rails, node, joined, ending), node, depth[name]))
        for place in ending:
            rails[place] = ""
        rails[node] = name if users[name] else ""
        while rails and not rails[-1]:
            rails.pop()
    return drawn


def _rails(rails: list[str], node: int, joined: list[int], ending: list[int]) -> str:
    """Two cells for each rail; the node's own cell is a blank to be filled."""
    reach = [node, *joined]
    first, last = min(reach), max(reach)
    cells = []
    for place, source in enumerate(rails):
        inside = first <= place <= last
        if place == node:
            mark = " "
        elif place in joined:
            mark = _JOINT[place == first, place == last, place in ending]
        elif source:
            mark = "┼" if inside else "│"
        else:
            mark = "─" if inside else " "
        cells.append(mark + ("─" if first <= place < last else " "))
    return "".join(cells)


_JOINT: Final = {
    (True, False, False): "├",
    (True, False, True): "╰",
    (False, True, False): "┤",
    (False, True, True): "╯",
    (False, False, False): "┼",
    (False, False, True): "┴",
}
"""How a rail meets the line to a task: whether it is the leftmost, the rightmost, and ends."""


def listing(picture: Picture, width: int) -> Listing:
    """The graph in lines of at most `width` cells."""
    tasks = picture.state.tasks
    drawn = rows(tasks)
    room = max((len(row.rails) for row in drawn), default=0)
    plain = room > 2 * MOST_RAILS or room > width // 3
    if plain:
        drawn, room = [row._replace(rails="  ", node=0) for row in drawn], 2
    entries = [Entry(row.task, (_line(row, room, picture, width),)) for row in drawn]
    return Listing(tuple(entries), "No tasks yet.", head=_head(picture, drawn, plain, width))


def _head(picture: Picture, drawn: Iterable[Row], plain: bool, width: int) -> tuple[Line, ...]:
    state = picture.state
    counts: dict[str, int] = {}
    for task in state.tasks.values():
        now = "ready" if task in state.ready() else condition(task, state)
        counts[now] = counts.get(now, 0) + 1
    spans: list[Span] = []
    for now, number in counts.items():
        shape = TASK["open" if now == "ready" else now]
        spans.append(Span(f"{shape} {number} {now}   ", ROLES["open" if now == "ready" else now]))
    longest = 1 + max((row.depth for row in drawn), default=-1)
    more = f"longest chain {longest}" + (", too wide to draw" if plain else "")
    return (fit(spread(spans, (Span(more, "dim"),), width), width), ())


def _line(row: Row, room: int, picture: Picture, width: int) -> Line:
    task = picture.state.tasks[row.task]
    now = condition(task, picture.state)
    at = 2 * row.node
    before, after = row.rails[:at], row.rails[at + 1 :]
    left: Line = (
        Span(before, "frame"),
        Span(TASK[now], ROLES[now]),
        Span(pad(after, room - at - 1), "frame"),
        data(f" {task.id} ", "dim" if now in ("done", "closed") else "bold"),
    )
    end = fit(tail(task, picture, now), max(width // 3, 12))
    free = width - width_of(left) - width_of(end) - 1
    words = flat(task.title) if task.title != task.id else ""
    quiet = now in ("done", "blocked", "closed")
    return (*left, Span(pad(words, max(free, 0)), "dim" if quiet else "text"), Span(" "), *end)
