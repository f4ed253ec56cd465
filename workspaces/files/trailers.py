"""What a commit says about the write behind it, so that any clone can be audited from git alone.

Trailers are lines at the end of a commit message:

    Crosstalk-Session: 2026-03-04-brisk-otter
    Crosstalk-Event: 118
    Crosstalk-Task: task-3
    Crosstalk-Base: 2 8baef1b4abc478178b004d62031cf7fe6db6f903
    Crosstalk-Replaced: 3 45b983be36b73c0788dc9cbcb76cbb80fc7bb057
    Crosstalk-Clock: {"agent-1":7,"agent-2":4}
    Crosstalk-Path: mean.py

`Event` is the write's number in the session's history. `Base` is the version that its author had
last read or written (`unread`, or `0` when it had seen that there was none), `Replaced` the version
that was there; each with the blob it had, unless that was a deletion. `Clock` is the write's vector
clock. `Path` is there only where the write left the bytes as they were, so that git cannot tell
which file was meant. Names come from models and people: whatever is not a plain word is written as
a JSON string in ASCII, so no value can end its line or pass for another trailer.
"""

import json
import re

from msgspec import Struct

from workspaces.history.events import UNREAD

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:@+-]*")
_VERSION = re.compile(r"(\d+)(?: ([0-9a-f]{40}))?")
_LINE = re.compile(r"(?i:crosstalk-(session|event|task|base|replaced|clock|path)): (.*)")


class Trailers(Struct, frozen=True, kw_only=True):
    """The trailers of one commit. A commit that stands for no single write (the first) has
    `event` 0 and no versions."""

    session: str
    event: int = 0
    task: str = ""
    base: int = UNREAD
    base_blob: str = ""
    replaced: int = 0
    replaced_blob: str = ""
    clock: dict[str, int] = {}
    path: str = ""
    """Of a write that left the bytes as they were; others show theirs."""


def write_trailers(trailers: Trailers) -> str:
    """The lines for `trailers`, each with its newline."""
    lines = [f"Crosstalk-Session: {_quoted(trailers.session)}"]
    if trailers.event:
        lines.append(f"Crosstalk-Event: {trailers.event}")
        if trailers.task:
            lines.append(f"Crosstalk-Task: {_quoted(trailers.task)}")
        lines.append(f"Crosstalk-Base: {_version(trailers.base, trailers.base_blob)}")
        lines.append(f"Crosstalk-Replaced: {_version(trailers.replaced, trailers.replaced_blob)}")
        clock = json.dumps(trailers.clock, sort_keys=True, separators=(",", ":"))
        lines.append(f"Crosstalk-Clock: {clock}")
        if trailers.path:
            lines.append(f"Crosstalk-Path: {_quoted(trailers.path)}")
    return "\n".join(lines) + "\n"


def read_trailers(message: str) -> Trailers | None:
    """The trailers at the end of a commit's message, `None` when it has none of ours or they are
    not as `write_trailers` makes them."""
    fields: dict[str, str] = {}
    for line in message.strip().rpartition("\n\n")[2].split("\n"):
        if match := _LINE.fullmatch(line.rstrip("\r")):
            fields[match[1].lower()] = match[2]
    try:
        if "event" not in fields:
            return Trailers(session=_unquoted(fields["session"]))
        base, base_blob = _parse_version(fields["base"])
        replaced, replaced_blob = _parse_version(fields["replaced"])
        return Trailers(
            session=_unquoted(fields["session"]),
            event=int(fields["event"]),
            task=_unquoted(fields["task"]) if "task" in fields else "",
            base=base,
            base_blob=base_blob,
            replaced=replaced,
            replaced_blob=replaced_blob,
            clock=_parse_clock(fields["clock"]),
            path=_unquoted(fields["path"]) if "path" in fields else "",
        )
    except (KeyError, ValueError, RecursionError):
        return None


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    text = json.loads(value)
    if not isinstance(text, str):
        raise ValueError("not a string")
    return text


def _version(number: int, blob: str) -> str:
    if number == UNREAD:
        return "unread"
    return f"{number} {blob}" if blob else str(number)


def _parse_version(value: str) -> tuple[int, str]:
    if value == "unread":
        return UNREAD, ""
    match = _VERSION.fullmatch(value)
    if not match:
        raise ValueError("not a version")
    return int(match[1]), match[2] or ""


def _parse_clock(value: str) -> dict[str, int]:
    clock = json.loads(value)
    if not isinstance(clock, dict) or not all(type(ticks) is int for ticks in clock.values()):
        raise ValueError("not a vector clock")
    return clock
