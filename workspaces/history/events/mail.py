"""Messages, and what a context had no room for."""

from workspaces.history.events.envelope import Event


class MessageSent(Event, frozen=True, kw_only=True, tag="message-sent"):
    """`agent` sends `text` to every name in `to`."""

    to: tuple[str, ...]
    text: str
    turn: int = 0


class MessageDelivered(Event, frozen=True, kw_only=True, tag="message-delivered"):
    """`agent` receives the message that was sent in event `message`."""

    message: int


class ContextTrimmed(Event, frozen=True, kw_only=True, tag="context-trimmed"):
    """What did not fit into `agent`'s context any more and was left out of it: messages (by the
    number of their sending) that no call of its model has shown, how many tokens that saved, and
    in `detail` what else was shortened, in words."""

    turn: int
    messages: tuple[int, ...] = ()
    tokens: int = 0
    detail: str = ""
