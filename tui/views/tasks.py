"""The list of tasks."""

from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, cells, clip, data, fit, pad
from tui.views.picture import Picture
from tui.views.shapes import BACKUP, TASK, VERIFIED
from workspaces.history.state import State, Task

ROLES = {
    "open": "text",
    "blocked": "dim",
    "held": "accent",
    "raced": "warn",
    "unverified": "warn",
    "done": "ok",
    "closed": "faint",
}
_QUIET = ("done", "blocked", "closed")


def condition(task: Task, state: State) -> str:
    """`open`, `blocked` (open, and what it needs is not settled), `held`, `raced` (a second agent
    does it as well), `unverified` (done, and nobody has looked yet who has to), `done` or
    `closed`."""
    if task.status == "open" and state.missing(task.id):
        return "blocked"
    if task.status == "held" and task.backup:
        return "raced"
    if task.status == "done" and not state.settled(task.id):
        return "unverified"
    return task.status


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
    role = ROLES[now]
    end = fit(tail(task, picture, now), max(width // 2, 10))
    used = sum(cells(span.text) for span in end)
    room = width - 2 - id_width - 1 - used - 1
    words = task.title if task.title != task.id else ""
    return (
        Span(f"{TASK[now]} ", role),
        data(pad(task.id, id_width) + " ", "dim" if now in _QUIET else "text"),
        data(pad(words, max(room, 0)), "dim" if now in _QUIET else "text"),
        Span(" "),
        *end,
    )


def tail(task: Task, picture: Picture, now: str) -> Line:
    """Who has it or did it, and what it waits for."""
    missing = picture.state.missing(task.id)
    if now == "closed":
        return (Span("not needed", "faint"),)
    owner = task.completed_by if task.status == "done" else task.owner
    if not owner:
        if missing:
            return (data("needs " + ", ".join(missing), "dim"),)
        return (Span("rejected", "bad"),) if task.rejection else (Span("free", "faint"),)
    end: Line = (data(owner, picture.role(owner)),)
    if now == "raced":
        return (*end, Span(f" {BACKUP} ", "warn"), data(task.backup, picture.role(task.backup)))
    if now == "unverified":
        return (Span("unverified ", "warn"), *end)
    if task.verified_by:
        return (
            *end,
            Span(f" {VERIFIED} ", "ok"),
            data(task.verified_by, picture.role(task.verified_by)),
        )
    if missing and now == "held":
        return (Span("needs " + clip(", ".join(missing), 12) + " ", "warn"), *end)
    return end
