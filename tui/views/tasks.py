"""The list of tasks."""

from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, cells, clip, data, fit, pad
from tui.views.picture import Picture
from tui.views.shapes import TASK
from workspaces.history.state import State, Task

_ROLES = {"open": "text", "blocked": "dim", "held": "accent", "done": "ok"}


def condition(task: Task, state: State) -> str:
    """`open`, `blocked` (open, and its dependencies are not done), `held` or `done`."""
    return "blocked" if task.status == "open" and state.missing(task.id) else task.status


def listing(picture: Picture, width: int) -> Listing:
    """All tasks, in the order in which they were added."""
    state = picture.state
    id_width = min(max((cells(t.id) for t in state.tasks.values()), default=0), 12)
    entries = [
        Entry(task.id, (_line(task, picture, width, id_width),)) for task in state.tasks.values()
    ]
    return Listing(tuple(entries), "No tasks yet.")


def _line(task: Task, picture: Picture, width: int, id_width: int) -> Line:
    state = picture.state
    now = condition(task, state)
    role = _ROLES[now]
    owner = task.completed_by if now == "done" else task.owner
    missing = state.missing(task.id)
    if owner:
        tail: Line = (data(owner, picture.role(owner)),)
        if missing and now == "held":
            tail = (Span("needs " + clip(", ".join(missing), 12) + " ", "warn"), *tail)
    elif missing:
        tail = (data("needs " + ", ".join(missing), "dim"),)
    else:
        tail = (Span("free", "faint"),)
    tail = fit(tail, max(width // 2, 10))
    used = sum(cells(span.text) for span in tail)
    room = width - 2 - id_width - 1 - used - 1
    words = task.title if task.title != task.id else ""
    return (
        Span(f"{TASK[now]} ", role),
        data(pad(task.id, id_width) + " ", "dim" if now in ("done", "blocked") else "text"),
        data(pad(words, max(room, 0)), "dim" if now in ("done", "blocked") else "text"),
        Span(" "),
        *tail,
    )
