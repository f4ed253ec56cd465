"""Rows for what a person did to the team at work, and in whose panes they stand.

Apart from `happenings`, whose rows stand in the pane of who acted: a person has no pane.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tui.views import shapes
from tui.views.happenings import listed
from tui.views.roles import name_of
from tui.views.row import Row
from tui.views.words import clock, lines_in, plural
from workspaces.history import events as e
from workspaces.history.state import State


class Told(NamedTuple):
    """A row, and the agents in whose panes it stands; nobody named is everybody."""

    row: Row
    panes: tuple[str, ...] = ()


def told(event: e.AnyEvent, state: State) -> Told | None:
    """What a person's `event` shows; `None` for what shows by itself, or is not a person's."""
    make = _ROWS.get(type(event))
    if make is None or (event.agent != e.USER and isinstance(event, _AGENTS_TOO)):
        return None
    return make(event, state)


def stopped(event: e.SessionPaused, author: str) -> Told | None:
    """Where the team was stopped, and why, in the pane of who acted there."""
    if not event.at or not author:
        return None
    words = "stepped to here" if event.reason == "step" else f"stopped here: {event.reason}"
    return Told(Row("error", words, shapes.ACTIVITY["paused"], event.at), (author,))


def _row(event: e.AnyEvent, text: str, detail: tuple[str, ...] = ()) -> Row:
    first, *more = text.splitlines() or [""]
    words = f"{name_of(event.agent)} {first}"
    return Row("action", words, shapes.HAND, event.seq, (*more, *detail))


def _message(number: int, state: State) -> str:
    found = state.message(number)
    return f"message #{number} from {name_of(found.sender)}" if found else f"message #{number}"


def _edited(event: e.MessageEdited, state: State) -> Told:
    text = f"changed {_message(event.message, state)}; it says now: {event.text}"
    return Told(_row(event, text), event.to)


def _dropped(event: e.MessageDropped, state: State) -> Told:
    found = state.message(event.message)
    said = f": {found.text}" if found else ""
    return Told(_row(event, f"dropped {_message(event.message, state)}{said}"), event.to)


def _withheld(event: e.MessageWithheld, state: State) -> Told:
    until = "until it is let go" if event.until is None else f"until {clock(event.until)}"
    return Told(_row(event, f"kept back {_message(event.message, state)} {until}"), event.to)


def _let_go(event: e.MessageLetGo, state: State) -> Told:
    return Told(_row(event, f"let {_message(event.message, state)} go"), event.to)


def _reordered(event: e.MailReordered, state: State) -> Told:
    order = listed(tuple(f"#{number}" for number in event.messages))
    return Told(_row(event, f"put its mail in the order {order}"), (event.to,))


def _reply_edited(event: e.ReplyEdited, state: State) -> Told:
    return Told(_row(event, f"changed its reply to:\n{event.text}"), (event.of,))


def _reply_dropped(event: e.ReplyDropped, state: State) -> Told:
    return Told(_row(event, "dropped its reply: nothing in it is carried out"), (event.of,))


def _replies_reordered(event: e.RepliesReordered, state: State) -> Told:
    return Told(_row(event, f"put who acts next in the order {listed(event.order)}"), event.order)


def _model(event: e.ModelReplaced, state: State) -> Told:
    return Told(_row(event, f"made it {event.model}, from its next turn on"), (event.of,))


def _forked(event: e.SessionForked, state: State) -> Told:
    text = f"forked from {event.parent} after event {event.at}: all above is shared with it"
    return Told(Row("action", text, shapes.FORKED, event.seq))


def _sent(event: e.MessageSent, state: State) -> Told:
    return Told(_row(event, f"wrote: {event.text}"), event.to)


def _written(event: e.FileWritten, state: State) -> Told:
    size = plural(lines_in(state.text(event.blob) or ""), "line")
    text = f"wrote {event.path} v{event.version} · {size}"
    return Told(_row(event, text), _readers(event.path, state))


def _readers(path: str, state: State) -> tuple[str, ...]:
    """Those whose work a file is part of: who read or wrote it, or holds a task that names it."""
    holders = {state.tasks[task].owner for task in state.tasks_at(path)}
    return tuple(
        name for name, agent in state.agents.items() if path in agent.known or name in holders
    )


_AGENTS_TOO: Final = (e.MessageSent, e.FileWritten)
"""Events that are an agent's as often as a person's."""

KINDS: Final[tuple[type, ...]] = (
    e.MessageEdited,
    e.MessageDropped,
    e.MessageWithheld,
    e.MessageLetGo,
    e.MailReordered,
    e.ReplyEdited,
    e.ReplyDropped,
    e.RepliesReordered,
    e.ModelReplaced,
    e.SessionForked,
)
"""Events that only a person makes."""

_ROWS: Final[dict[type, Callable[[Any, State], Told]]] = {
    e.MessageEdited: _edited,
    e.MessageDropped: _dropped,
    e.MessageWithheld: _withheld,
    e.MessageLetGo: _let_go,
    e.MailReordered: _reordered,
    e.ReplyEdited: _reply_edited,
    e.ReplyDropped: _reply_dropped,
    e.RepliesReordered: _replies_reordered,
    e.ModelReplaced: _model,
    e.SessionForked: _forked,
    e.MessageSent: _sent,
    e.FileWritten: _written,
}
