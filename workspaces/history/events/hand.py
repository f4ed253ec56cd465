"""What a person changes, recorded as they did it, and what they command.

A task assigned, a message sent or a file written by a person are the events that an agent's are,
with `USER` as who acted.
"""

from workspaces.history.events.envelope import Event
from workspaces.history.events.session import Member, Settings


class MessageEdited(Event, frozen=True, kw_only=True, tag="message-edited"):
    """Those of `to` whom `message` had not reached will read `text` in its place."""

    message: int
    to: tuple[str, ...]
    text: str


class MessageDropped(Event, frozen=True, kw_only=True, tag="message-dropped"):
    """`message` will not reach those of `to` whom it had not reached."""

    message: int
    to: tuple[str, ...]


class MessageWithheld(Event, frozen=True, kw_only=True, tag="message-withheld"):
    """`message` is kept back from those of `to` whom it had not reached: until `until` (session
    seconds), or without it until somebody lets it go."""

    message: int
    to: tuple[str, ...]
    until: float | None = None


class MessageLetGo(Event, frozen=True, kw_only=True, tag="message-let-go"):
    """`message`, which was withheld from `to`, is on its way again, behind what lies there."""

    message: int
    to: tuple[str, ...]


class MailReordered(Event, frozen=True, kw_only=True, tag="mail-reordered"):
    """What has not reached `to` yet will reach it in the order of `messages`."""

    to: str
    messages: tuple[int, ...]


class ReplyEdited(Event, frozen=True, kw_only=True, tag="reply-edited"):
    """The reply of agent `of` in its turn `turn` counts as if it had been `text`; none of its
    actions had been carried out."""

    of: str
    turn: int
    text: str


class ReplyDropped(Event, frozen=True, kw_only=True, tag="reply-dropped"):
    """The reply of agent `of` in its turn `turn` counts as if it had not been given; none of its
    actions had been carried out."""

    of: str
    turn: int


class RepliesReordered(Event, frozen=True, kw_only=True, tag="replies-reordered"):
    """The next steps of these agents' turns that wait are taken in this order."""

    order: tuple[str, ...]


class ModelReplaced(Event, frozen=True, kw_only=True, tag="model-replaced"):
    """From its next turn on, agent `of` is the model `model`."""

    of: str
    model: str


class SessionForked(Event, frozen=True, kw_only=True, tag="session-forked"):
    """All before this was copied from the session `parent`: its first `at` events. From here on
    this is the session `session`, with these settings and members."""

    session: str
    parent: str
    at: int
    wall_time: str
    settings: Settings
    members: tuple[Member, ...]


class CommandGiven(Event, frozen=True, kw_only=True, tag="command-given"):
    """A person (or a script in their name) gave the session a command."""

    command: str
    argument: str = ""
