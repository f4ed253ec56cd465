"""Versions of files, and what their readers know."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from workspaces.history import events as e
from workspaces.history.state.control import worktree_of
from workspaces.history.state.parts import Version

if TYPE_CHECKING:
    from workspaces.history.state.state import State


def _file_read(state: "State", event: e.FileRead) -> None:
    if event.where:
        worktree_of(state, event.where).known[event.path] = event.version
    elif agent := state.agents.get(event.agent):
        agent.known[event.path] = event.version


def _file_written(state: "State", event: e.FileWritten) -> None:
    version = _version(event, event.base, event.task)
    if event.where:
        tree = worktree_of(state, event.where)
        tree.files.setdefault(event.path, []).append(version)
        tree.heads[event.path] = version
        tree.known[event.path] = event.version
        return
    _new_version(state, version)
    if agent := state.agents.get(event.agent):
        agent.known[event.path] = event.version
    if own := state.worktrees.get(event.agent):
        own.base[event.path] = event.version
        own.heads.pop(event.path, None)


def _outside_write(state: "State", event: e.OutsideWrite) -> None:
    _new_version(state, _version(event, e.UNREAD, ""))


def _new_version(state: "State", version: Version) -> None:
    state.writes += 1
    state.files.setdefault(version.path, []).append(version)


def _writes_committed(state: "State", event: e.WritesCommitted) -> None:
    if any(state.commits.get(number, name) != name for number, name in event.commits):
        state.commits = state.commits.copy()  # moments are kept of the one that only grew
    state.commits.update(event.commits)


def _version(event: e.FileWritten | e.OutsideWrite, base: int, task: str) -> Version:
    return Version(
        event.path,
        event.version,
        event.agent,
        event.seq,
        event.t,
        event.blob,
        base,
        event.replaced,
        task,
    )


HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    e.FileRead: _file_read,
    e.FileWritten: _file_written,
    e.OutsideWrite: _outside_write,
    e.WritesCommitted: _writes_committed,
}
