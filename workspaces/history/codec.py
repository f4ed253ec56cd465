"""The stored form of events: one JSON object a line, tagged by kind, versioned as a whole.

The first line is `session-started` and names the schema. Older schemas are upgraded while they
are read, newer ones are refused: guessing at them would show a person something untrue.
"""

import hashlib
from collections.abc import Callable

import msgspec

from workspaces.errors import CrosstalkError
from workspaces.history.events import SCHEMA, AnyEvent, Blob
from workspaces.history.upgrades import can_upgrade, upgraded


class HistoryError(CrosstalkError):
    """A history cannot be opened."""


class NewerHistory(HistoryError):
    """The history was written by a later version of Crosstalk."""


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(event: AnyEvent) -> bytes:
    """One line, with its newline."""
    return _encoder.encode(event) + b"\n"


def decode(line: bytes | memoryview) -> AnyEvent:
    """The event of one line. Raises `msgspec.DecodeError` (`ValidationError` for an unknown kind
    or a field of the wrong type, which is its subclass), and for hostile bytes
    `UnicodeDecodeError` or `RecursionError`."""
    return _decoder.decode(line)


def decoder(schema: int) -> Callable[[bytes], AnyEvent]:
    """`decode` for the lines of a history of that schema, which upgrades them if it is older."""
    if schema == SCHEMA:
        return decode

    def upgrading(line: bytes) -> AnyEvent:
        stored = msgspec.json.decode(line)
        if not isinstance(stored, dict):
            raise msgspec.ValidationError("Expected `object`")
        event: AnyEvent = msgspec.convert(upgraded(stored, schema), type=AnyEvent)
        return event

    return upgrading


FIRST_BYTES = b'{"kind":"session-started",'
"""What `encode` makes of the beginning of every history."""


class _Head(msgspec.Struct):
    kind: str
    schema: int


def check_head(line: bytes, where: str) -> int:
    """The schema of a history with this first line, which is one that this version can read.

    Raises `HistoryError` when it is not a session's start, `NewerHistory` when its schema is
    later than `SCHEMA`.
    """
    try:
        head = msgspec.json.decode(line, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HistoryError(
            f"{where} is not a Crosstalk history",
            f"its first line is not the start of a session ({error})",
            "Give the history.jsonl of a session folder, or the folder itself.",
        ) from error
    if head.kind != "session-started":
        raise HistoryError(
            f"{where} is not a whole Crosstalk history",
            f"it begins with {head.kind[:40]!r} and not with the start of a session",
            "Look for the file's beginning; a history cannot be read from its middle.",
        )
    if head.schema > SCHEMA:
        raise NewerHistory(
            f"{where} was written by a newer Crosstalk",
            f"its schema is {head.schema}, this version reads up to {SCHEMA}",
            "Upgrade: pip install -U crosstalk-tui",
        )
    if not can_upgrade(head.schema):
        raise HistoryError(
            f"{where} has a schema that never was",
            f"it says {head.schema}, and schemas count from 1",
            "The file was altered; nothing of it can be trusted.",
        )
    return head.schema


def digest(data: bytes) -> str:
    """The id that git gives to a blob of these bytes (SHA-1, 40 hexadecimal digits)."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def blob(text: str) -> Blob:
    """The event that stores `text`."""
    return Blob(digest=digest(text.encode()), text=text)
