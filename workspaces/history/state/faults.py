"""Faults that are not over, and agents that stop and start."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from workspaces.history import events as e

if TYPE_CHECKING:
    from workspaces.history.state.state import State


def _fault_started(state: "State", event: e.FaultStarted) -> None:
    state.faults[event.number] = event


def _fault_ended(state: "State", event: e.FaultEnded) -> None:
    state.faults.pop(event.number, None)


def _agent_stopped(state: "State", event: e.AgentStopped) -> None:
    if agent := state.does(event.agent, "waiting"):
        agent.stopped = event.reason


def _agent_started(state: "State", event: e.AgentStarted) -> None:
    if agent := state.does(event.agent, "waiting"):
        agent.stopped = ""


HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    e.FaultStarted: _fault_started,
    e.FaultEnded: _fault_ended,
    e.AgentStopped: _agent_stopped,
    e.AgentStarted: _agent_started,
}
