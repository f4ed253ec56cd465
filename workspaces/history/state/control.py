"""Leases and worktrees."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from workspaces.history import events as e
from workspaces.history.state.parts import Lease, Worktree

if TYPE_CHECKING:
    from workspaces.history.state.state import State


def worktree_of(state: "State", agent: str) -> Worktree:
    """The agent's own tree, from the first time that it is spoken of."""
    return state.worktrees.setdefault(agent, Worktree())


def _worktree_updated(state: "State", event: e.WorktreeUpdated) -> None:
    tree = worktree_of(state, event.agent)
    for path, number in event.versions:
        tree.base[path] = number
        tree.heads.pop(path, None)


def _lease_granted(state: "State", event: e.LeaseGranted) -> None:
    state.leases[event.path] = Lease(event.agent, event.token, event.expires)


def _lease_renewed(state: "State", event: e.LeaseRenewed) -> None:
    for path, lease in state.leases.items():
        if lease.holder == event.agent:
            state.leases[path] = Lease(lease.holder, lease.token, event.expires)


def _lease_ended(state: "State", event: e.LeaseEnded) -> None:
    lease = state.leases.get(event.path)
    if lease and lease.holder == event.agent and lease.token == event.token:
        del state.leases[event.path]


HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    e.WorktreeUpdated: _worktree_updated,
    e.LeaseGranted: _lease_granted,
    e.LeaseRenewed: _lease_renewed,
    e.LeaseEnded: _lease_ended,
}
