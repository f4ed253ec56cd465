"""The course of the session, and who takes part."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from workspaces.history import events as e
from workspaces.history.state.parts import Agent

if TYPE_CHECKING:
    from workspaces.history.state.state import State


def _session_started(state: "State", event: e.SessionStarted) -> None:
    state.started = event
    for member in event.members:
        state.agents[member.name] = Agent(member.name, member.model, member.role)


def _session_resumed(state: "State", event: e.SessionResumed | e.SessionForked) -> None:
    state.ended = None
    state.paused = False
    state.running_tests.clear()
    for agent in state.agents.values():
        state.does(agent.name, "waiting")


def _session_paused(state: "State", event: e.SessionPaused) -> None:
    state.paused = True
    state.why_paused = event.reason


def _session_continued(state: "State", event: e.SessionContinued) -> None:
    state.paused = False


def _session_ended(state: "State", event: e.SessionEnded) -> None:
    state.ended = event
    state.paused = False
    for agent in state.agents.values():
        state.does(agent.name, "ended")


def _round_started(state: "State", event: e.RoundStarted) -> None:
    state.round = event.round


def _model_replaced(state: "State", event: e.ModelReplaced) -> None:
    if agent := state.agents.get(event.of):
        agent.model = event.model
    if state.started:
        members = tuple(
            structs.replace(member, model=event.model) if member.name == event.of else member
            for member in state.started.members
        )
        state.started = structs.replace(state.started, members=members)


def _session_forked(state: "State", event: e.SessionForked) -> None:
    state.forked = event
    if state.started:
        state.started = structs.replace(
            state.started,
            session=event.session,
            settings=event.settings,
            members=event.members,
            wall_time=event.wall_time,
        )
    for member in event.members:
        if agent := state.agents.get(member.name):
            agent.model, agent.role = member.model, member.role
    _session_resumed(state, event)


HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    e.SessionStarted: _session_started,
    e.SessionResumed: _session_resumed,
    e.SessionPaused: _session_paused,
    e.SessionContinued: _session_continued,
    e.SessionEnded: _session_ended,
    e.RoundStarted: _round_started,
    e.ModelReplaced: _model_replaced,
    e.SessionForked: _session_forked,
}
