"""The fold of a history into what is the case: team, tasks, files, messages, tests.

`State().apply(event)` for every event in order gives the state after it; the state of a prefix is
the state at that moment, live or replayed. Nothing here judges (see `workspaces.anomalies`) and
nothing here is stored. Any events fold without failing, so that a recording which was damaged or
edited by hand still opens: what they say of a task that was never added is passed over.
"""

from collections.abc import Iterable

from workspaces.history import events as e
from workspaces.history.state.parts import Agent, Lease, Message, Task, TestRun, Version, Worktree
from workspaces.history.state.state import State

__all__ = [
    "Agent",
    "Lease",
    "Message",
    "State",
    "Task",
    "TestRun",
    "Version",
    "Worktree",
    "chosen",
    "fold",
]


def fold(events: list[e.AnyEvent]) -> State:
    """The state after `events`."""
    state = State()
    for event in events:
        state.apply(event)
    return state


def chosen(events: Iterable[e.AnyEvent]) -> e.SessionStarted:
    """What a session began with, as a fork or another model left it (`State.started`), without
    folding the rest. `events` are a history's, from its first on."""
    state = State()
    for event in events:
        if isinstance(event, e.SessionStarted | e.SessionForked | e.ModelReplaced):
            state.apply(event)
    assert state.started  # no history begins with anything else
    return state.started
