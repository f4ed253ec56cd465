"""What every event has: its number, its time, who acted, its causes and its clock."""

from typing import ClassVar

from msgspec import Struct

SCHEMA = 1
SESSION = "session"
USER = "user"
OUTSIDE = "outside"
UNREAD = -1
"""`FileWritten.base` of a writer that had not read the path (version 0 is "did not exist")."""


class Event(Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """The envelope.

    `seq` counts from 1 without gaps. `t` is in seconds since the session started, on the
    session's own clock. `causes` are the numbers of other actors' events that this one saw
    directly (a message's sending, the write of a version read, a completion shown in a prompt):
    with program order they are the whole happens-before relation (Lamport 1978). `clock` is the
    vector clock that follows from them (Fidge 1988, Mattern 1989), by actor; empty for events
    that stand for no step of an actor, such as streamed text.
    """

    seq: int = 0
    t: float = 0.0
    agent: str = SESSION
    causes: tuple[int, ...] = ()
    clock: dict[str, int] = {}

    steps: ClassVar[bool] = True
    """Whether the event is a step of its actor and ticks its clock."""
