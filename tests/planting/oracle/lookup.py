"""What the oracle looks up, each time anew, by scanning the history."""

import ast
from collections.abc import Sequence
from typing import TypeAlias

from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

Events: TypeAlias = Sequence[e.AnyEvent]
Answer: TypeAlias = tuple[Kind, tuple[int, ...]]
NOBODY = (e.SESSION, e.USER, e.OUTSIDE)


def shared_writes(events: Events) -> list[e.FileWritten | e.OutsideWrite]:
    """All writes of the shared tree, the session's too."""
    return [
        event
        for event in events
        if (isinstance(event, e.FileWritten) and not event.where)
        or isinstance(event, e.OutsideWrite)
    ]


def version_of(events: Events, path: str, number: int) -> e.FileWritten | e.OutsideWrite | None:
    return next((w for w in shared_writes(events) if (w.path, w.version) == (path, number)), None)


def text_of(events: Events, digest: str) -> str | None:
    if not digest:
        return ""
    texts = [x.text for x in events if isinstance(x, e.Blob) and x.digest == digest]
    return texts[0] if texts else None


def tasks_in(events: Events) -> dict[str, e.TaskAdded]:
    return {event.task: event for event in events if isinstance(event, e.TaskAdded)}


def completions(events: Events, task: str) -> list[e.TaskCompleted]:
    return [x for x in events if isinstance(x, e.TaskCompleted) and x.task == task]


def last_grant(events: Events, task: str) -> e.TaskClaimed | e.TaskAssigned | None:
    """The last grant of a task that is still in force."""
    grant: e.TaskClaimed | e.TaskAssigned | None = None
    for event in events:
        if isinstance(event, e.TaskClaimed | e.TaskAssigned) and event.task == task:
            grant = event
        elif isinstance(event, e.TaskReleased | e.TaskCompleted):
            grant = None if event.task == task else grant
        elif isinstance(event, e.AgentStopped) and grant and holder_of(grant) == event.agent:
            grant = None
    return grant


def holder_of(grant: e.TaskClaimed | e.TaskAssigned) -> str:
    return grant.owner if isinstance(grant, e.TaskAssigned) else grant.agent


def owner_of(events: Events, task: str) -> str:
    grant = last_grant(events, task)
    return holder_of(grant) if grant else ""


def imported(source: str | None) -> dict[str, set[str]]:
    """By path of a file beside it: what a module takes from it when it runs, as the names that it
    imports, or the attributes that it uses of it. Empty for what is no Python."""
    try:
        tree = ast.parse(source or "")
    except SyntaxError:
        return {}
    found: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            found.setdefault(f"{node.module}.py", set()).update(a.name for a in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                found.setdefault(f"{alias.name}.py", set()).update(_used(tree, alias.name))
    return found


def _used(tree: ast.Module, module: str) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == module
    }
