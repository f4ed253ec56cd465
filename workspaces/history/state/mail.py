"""Messages, and where they have got to."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from workspaces.history import events as e
from workspaces.history.state.parts import Agent, Message

if TYPE_CHECKING:
    from workspaces.history.state.state import State


def _message_sent(state: "State", event: e.MessageSent) -> None:
    state.messages.append(Message(event.seq, event.t, event.agent, event.to, event.text))
    for agent in _named(state, event.to):
        agent.unread.append(event.seq)


def _message_delivered(state: "State", event: e.MessageDelivered) -> None:
    if agent := state.agents.get(event.agent):
        agent.mailbox.append(event.message)
        if event.message in agent.unread:
            agent.unread.remove(event.message)


def _named(state: "State", names: tuple[str, ...]) -> list[Agent]:
    return [state.agents[name] for name in dict.fromkeys(names) if name in state.agents]


def _message_edited(state: "State", event: e.MessageEdited) -> None:
    place = bisect_left(state.messages, event.message, key=lambda message: message.seq)
    if state.message(event.message):
        found = state.messages[place]
        texts = dict(found.edited) | dict.fromkeys(event.to, event.text)
        state.messages = state.messages.copy()  # moments are kept of the one that only grew
        state.messages[place] = replace(found, edited=tuple(texts.items()))


def _message_dropped(state: "State", event: e.MessageDropped) -> None:
    for agent in _named(state, event.to):
        agent.unread = [n for n in agent.unread if n != event.message]
        agent.withheld.pop(event.message, None)


def _message_withheld(state: "State", event: e.MessageWithheld) -> None:
    for agent in _named(state, event.to):
        if event.message in agent.unread:
            agent.unread.remove(event.message)
        agent.withheld[event.message] = event.until


def _message_let_go(state: "State", event: e.MessageLetGo) -> None:
    for agent in _named(state, event.to):
        if event.message in agent.withheld:
            del agent.withheld[event.message]
            agent.unread.append(event.message)


def _mail_reordered(state: "State", event: e.MailReordered) -> None:
    for agent in _named(state, (event.to,)):
        place = {number: at for at, number in enumerate(event.messages)}
        agent.unread.sort(key=lambda number: place.get(number, len(place)))


HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    e.MessageSent: _message_sent,
    e.MessageDelivered: _message_delivered,
    e.MessageEdited: _message_edited,
    e.MessageDropped: _message_dropped,
    e.MessageWithheld: _message_withheld,
    e.MessageLetGo: _message_let_go,
    e.MailReordered: _mail_reordered,
}
