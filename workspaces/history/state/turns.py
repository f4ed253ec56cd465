"""Turns: what agents are engaged in, and what their replies cost."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from workspaces.history import events as e

if TYPE_CHECKING:
    from workspaces.history.state.state import State


def _blob(state: "State", event: e.Blob) -> None:
    state.blobs[event.digest] = event.text


def _turn_started(state: "State", event: e.TurnStarted) -> None:
    if agent := state.does(event.agent, "thinking"):
        agent.turn = event.turn


def _text(state: "State", event: e.Text | e.ToolText) -> None:
    state.does(event.agent, "streaming")


def _reply_ended(state: "State", event: e.ReplyEnded) -> None:
    if agent := state.does(event.agent, "acting"):
        agent.tokens_in += event.tokens_in
        agent.tokens_out += event.tokens_out
        agent.cost_usd += event.cost_usd or 0.0
        agent.unpriced += event.cost_usd is None and event.finish != "error"
        agent.trouble = None if event.finish != "error" else agent.trouble


def _call_failed(state: "State", event: e.CallFailed) -> None:
    if agent := state.does(event.agent, "retrying"):
        agent.trouble = event
        agent.overflows += event.error == "context-window"


def _turn_ended(state: "State", event: e.TurnEnded) -> None:
    state.does(event.agent, "waiting")


def _action_refused(state: "State", event: e.ActionRefused) -> None:
    if agent := state.agents.get(event.agent):
        agent.refusals += 1


HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    e.Blob: _blob,
    e.TurnStarted: _turn_started,
    e.Text: _text,
    e.ToolText: _text,
    e.CallFailed: _call_failed,
    e.ReplyEnded: _reply_ended,
    e.TurnEnded: _turn_ended,
    e.ActionRefused: _action_refused,
}
