"""What the server answers: the simulated models, reading what was really sent."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import msgspec

from agents.models.base import ChatMessage, Request, ToolCall
from agents.models.catalog import DEFAULT
from agents.models.simulated import wording
from agents.models.simulated.model import SimulatedModel
from agents.models.simulated.profile import load_all
from agents.models.simulated.reading import read
from agents.protocol import tags, tools
from agents.protocol.actions import Malformed


class Said(NamedTuple):
    """An answer: text, and tool calls as (name, arguments)."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    tokens_in: int = 1
    tokens_out: int = 1


Brain: TypeAlias = Callable[[dict[str, Any]], Said]


def simulated(body: dict[str, Any], seed: int = 1) -> Said:
    """What a simulated model says to the request: by tool calls if it offers tools, else by tags.

    Its dice are seeded by the agent and the round that the messages name.
    """
    messages = tuple(map(_message, body["messages"]))
    view = read(messages)
    model = SimulatedModel(load_all()[DEFAULT], seed)
    limit = body.get("max_tokens") or body.get("max_completion_tokens") or 8192
    request = Request(agent=view.name, turn=view.round, messages=messages, max_tokens=limit)
    answer = model.answer(request)
    if not body.get("tools"):
        return Said(answer.text, (), answer.tokens_in, answer.tokens_out)
    calls = tuple(
        (action.name, json.dumps(msgspec.to_builtins(action)))
        for action in tags.parse(answer.text)
        if not isinstance(action, Malformed)
    )
    prose = answer.text.partition("<")[0].strip()
    return Said(prose, calls, answer.tokens_in, answer.tokens_out)


def fixed(text: str, *calls: tuple[str, str]) -> Brain:
    """A brain that says one thing."""
    return lambda body: Said(text, calls, 11, 7)


def _message(sent: dict[str, Any]) -> ChatMessage:
    """A message as it was before it was sent, an assistant's calls as the tags they stand for."""
    text = sent.get("content") or ""
    for call in sent.get("tool_calls") or ():
        function = call["function"]
        action = tools.action(ToolCall(call["id"], function["name"], function["arguments"]))
        if not isinstance(action, Malformed):
            text += "\n" + wording.render(action)
    return ChatMessage(sent["role"], text)
