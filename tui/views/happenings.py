"""Rows for what a policy, a fault or a git command does to an agent, one per kind of event.

Apart from `transcript`, which follows what agents say and do: these rows hang on nothing that came
before in the pane.
"""

from collections.abc import Callable
from typing import Any, Final

from tui.views import shapes
from tui.views.roles import name_of
from tui.views.row import Row
from tui.views.words import clock, count, duration, plural
from workspaces.history import events as e
from workspaces.history.state import State

OUTPUT: Final = 40
"""Lines of a script's output that a row can show."""
NAMED: Final = 4
"""Paths that a row names; the rest is counted."""


def listed(names: tuple[str, ...]) -> str:
    """The names, or the first of them and how many more."""
    shown = ", ".join(names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown


def happening(event: e.AnyEvent, state: State) -> Row | None:
    """The row of an event that stands in its own agent's pane; `None` for other events."""
    make = _ROWS.get(type(event))
    return make(event, state) if make else None


def fault_started(event: e.FaultStarted) -> Row:
    """The row of a fault that begins, wherever it shows."""
    text = f"fault: {fault_words(event)}"
    return Row("error", text, shapes.FAULT, event.seq)


def fault_words(event: e.FaultStarted) -> str:
    """A fault in a few words: what it is, and whom or what it strikes."""
    words = event.fault.replace("-", " ").replace("_", " ")
    target = f" on {event.target}" if event.target else ""
    return f"{words}{target}" + (f" ({event.detail})" if event.detail else "")


def fault_ended(event: e.FaultEnded, began: e.FaultStarted | None) -> Row:
    """The row of a fault that is over."""
    what = fault_words(began) if began else f"number {event.number}"
    lasted = f" after {duration(event.t - began.t)}" if began else ""
    return Row("note", f"fault over: {what}{lasted}", shapes.FAULT, event.seq)


def repository_moved(event: e.RepositoryMoved) -> Row:
    """The row of a git command that moved the files beneath the team."""
    what = f"{name_of(event.agent)} ran git {event.operation}"
    if event.before != event.after:
        what += f": {event.before[:7] or 'nothing'} to {event.after[:7] or 'nothing'}"
    return Row("error", f"{what}; files may have moved", shapes.MOVED, event.seq)


def _granted(event: e.LeaseGranted, state: State) -> Row:
    left = duration(event.expires - event.t)
    text = f"holds {event.path} for {left} · token {event.token}"
    return Row("action", text, shapes.LEASED, event.seq)


def _renewed(event: e.LeaseRenewed, state: State) -> Row:
    held = sum(lease.holder == event.agent for lease in state.leases.values())
    left = duration(event.expires - event.t)
    text = f"keeps {plural(held, 'lease')} for {left} more, until {clock(event.expires)}"
    return Row("note", text, shapes.LEASED, event.seq)


def _lease_ended(event: e.LeaseEnded, state: State) -> Row:
    if event.reason == "expired":
        text = f"lost its lease on {event.path}: it ran out"
        return Row("error", text, shapes.UNLEASED, event.seq)
    return Row("note", f"gave up its lease on {event.path}", shapes.UNLEASED, event.seq)


def _updated(event: e.WorktreeUpdated, state: State) -> Row:
    parts = []
    for path, number in event.versions:
        version = state.version(path, number)
        by = version.author if version and version.author not in (event.agent, e.SESSION) else ""
        parts.append(f"{path} v{number}" + (f" by {name_of(by)}" if by else ""))
    news = listed(tuple(parts))
    text = f"its worktree took in {news}" if news else "its worktree is as the shared tree"
    return Row("note", text, shapes.UPDATED, event.seq)


def _merged(event: e.Merged, state: State) -> Row:
    for_task = f" for {event.task}" if event.task else ""
    paths = listed(event.paths) or "no change"
    return Row("result", f"merged{for_task}: {paths}", shapes.MERGED, event.seq)


def _merge_refused(event: e.MergeRefused, state: State) -> Row:
    for_task = f" for {event.task}" if event.task else ""
    paths = listed(event.paths)
    why = {
        "conflict": f"it conflicts in {paths}" if paths else "it conflicts",
        "tests": "the tests fail on the merged tree",
    }.get(event.reason, event.reason)
    return Row("error", f"merge{for_task} refused: {why}", shapes.REFUSED, event.seq)


def _stopped(event: e.AgentStopped, state: State) -> Row:
    words = {
        "crashed": "crashed: it takes no more steps",
        "frozen": "is frozen: it takes no steps",
        "removed": "was taken off the team",
        "held": "is held: it takes no steps while the others go on",
    }
    mark = shapes.ACTIVITY.get(event.reason, shapes.REFUSED)
    return Row("error", words.get(event.reason, f"stopped: {event.reason}"), mark, event.seq)


def _started(event: e.AgentStarted, state: State) -> Row:
    why = f": {event.reason}" if event.reason else ""
    return Row("result", f"is back{why}", shapes.STARTED, event.seq)


def _trimmed(event: e.ContextTrimmed, state: State) -> Row:
    what = []
    if event.messages:
        senders = {m.seq: m.sender for m in state.messages if m.seq in event.messages}
        names = tuple(dict.fromkeys(name_of(senders[n]) for n in event.messages if n in senders))
        by = f" from {listed(names)}" if names else ""
        what.append(f"{plural(len(event.messages), 'message')}{by} it never saw")
    if event.detail:
        what.append(event.detail)
    if event.tokens:
        what.append(f"{count(event.tokens)} tokens")
    text = f"its context is full; left out: {', '.join(what) or 'nothing'}"
    return Row("error" if event.messages else "note", text, shapes.TRIMMED, event.seq)


def task_words(task: str, state: State) -> str:
    """A task's id, and its title where that says more."""
    known = state.tasks.get(task)
    return f"{task} {known.title}" if known and known.title != task else task


def silent(event: e.HeartbeatMissed, state: State) -> Row:
    """The row in the pane of a holder that shows no sign of work."""
    text = f"no sign of work for {event.rounds} rounds on {task_words(event.task, state)}"
    return Row("error", text, shapes.SILENT, event.seq)


def backup(event: e.BackupStarted, state: State, pane: str) -> Row:
    """The row of a planned backup, in the pane of either of the two."""
    task = state.tasks.get(event.task)
    holder = task.owner if task else ""
    what = task_words(event.task, state)
    text = f"{event.owner} does {what} as well"
    if pane == event.owner:
        text = f"does {what} as well" + (f" as {holder}" if holder else "")
    return Row("note", f"{text}: the first result wins", shapes.BACKUP, event.seq)


def taken(event: e.TaskReleased, state: State) -> Row:
    """The row in the pane of who had a task that the session took away."""
    by = ", taken by you" if event.agent == e.USER else ""
    why = f": {event.reason}" if event.reason and not by else by
    text = f"lost {task_words(event.task, state)}{why}"
    return Row("error", text, shapes.RELEASED, event.seq)


def gave(event: e.TaskAssigned, state: State) -> Row:
    """The row in the pane of who gave a task to another."""
    text = f"gave {task_words(event.task, state)} to {event.owner}"
    return Row("action", text, shapes.ASSIGNED, event.seq)


def _added(event: e.TaskAdded, state: State) -> Row:
    needs = f", which needs {listed(event.dependencies)}" if event.dependencies else ""
    text = f"added {task_words(event.task, state)}{needs}"
    return Row("action", text, shapes.ADDED, event.seq)


def _verified(event: e.TaskVerified, state: State) -> Row:
    what = task_words(event.task, state)
    if event.accepted:
        return Row("result", f"verified {what}", shapes.VERIFIED, event.seq)
    first, *more = event.reason.splitlines() or [""]
    return Row("error", f"rejected {what}: {first}", shapes.FAILED, event.seq, tuple(more))


def _closed(event: e.TaskClosed, state: State) -> Row:
    first, *more = event.reason.splitlines() or [""]
    why = f": {first}" if first else ""
    text = f"closed {task_words(event.task, state)} as not needed{why}"
    return Row("note", text, shapes.CLOSED, event.seq, tuple(more))


def _script(event: e.ScriptStarted, state: State) -> Row:
    return Row("note", f"runs {event.path} on a copy", shapes.SCRIPT, event.seq)


def _script_ended(event: e.ScriptEnded, state: State) -> Row:
    good = event.returncode == 0
    ending = "ran out of time" if event.returncode == 124 else f"ended with {event.returncode}"
    text = f"{event.path} ran" if good else f"{event.path} {ending}"
    lines = tuple(event.output.splitlines())
    if lines:
        text += f": {lines[-1]}"
    mark = shapes.COMPLETED if good else shapes.FAILED
    return Row("result" if good else "error", text, mark, event.seq, lines[-OUTPUT:])


_ROWS: Final[dict[type, Callable[[Any, State], Row]]] = {
    e.LeaseGranted: _granted,
    e.LeaseRenewed: _renewed,
    e.LeaseEnded: _lease_ended,
    e.WorktreeUpdated: _updated,
    e.Merged: _merged,
    e.MergeRefused: _merge_refused,
    e.AgentStopped: _stopped,
    e.AgentStarted: _started,
    e.ContextTrimmed: _trimmed,
    e.TaskAdded: _added,
    e.TaskVerified: _verified,
    e.TaskClosed: _closed,
    e.ScriptStarted: _script,
    e.ScriptEnded: _script_ended,
}
