"""Reading a history: whole, by range, or as it grows.

A reader never waits and never writes. It stops at the first line that is not an event and says
where and why (`damage`); everything before it stands. A last line without its newline is a write
in progress, or one that a crash cut off, and is left for later.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from workspaces.history.codec import HistoryError, check_head, decode, decoder
from workspaces.history.events import AnyEvent

FILE_NAME = "history.jsonl"


class Damage(msgspec.Struct, frozen=True):
    """Where a history stops being readable: the line (from 1), its byte offset, and why."""

    line: int
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line} (byte {self.offset}): {self.reason}"


def locate(path: Path) -> Path:
    """The history file of a session folder, or the file itself.

    Raises `HistoryError` when there is none.
    """
    file = path / FILE_NAME if path.is_dir() else path
    if not file.is_file():
        raise HistoryError(
            f"No session at {path}",
            f"{file} does not exist" if path.is_dir() else "there is no such file or folder",
            "Give a session folder or its history.jsonl; `crosstalk list` shows yours.",
        )
    return file


class Lines:
    """Makes events of a history's lines, in order, until one cannot be made.

    `where` names the history to a person. Lines of older schemas are upgraded. Raises
    `HistoryError` when the first line is not a history's beginning that this version can read.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self.offset = 0
        """Bytes of whole lines consumed."""
        self.seq = 0
        self.damage: Damage | None = None
        self._decode: Callable[[bytes], AnyEvent] = decode

    def take(self, data: bytes) -> Iterator[AnyEvent]:
        """The events of `data`, which ends with a line's end."""
        for line in data.split(b"\n")[:-1]:
            if self.seq == 0:
                self._decode = decoder(check_head(line, self.where))
            try:
                event = self._decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                self.damage = Damage(self.seq + 1, self.offset, f"not an event ({error})")
                return
            if event.seq != self.seq + 1:
                reason = f"event {event.seq} where {self.seq + 1} was expected"
                self.damage = Damage(self.seq + 1, self.offset, reason)
                return
            self.seq += 1
            self.offset += len(line) + 1
            yield event


class Reader:
    """Follows the history at `path` from its beginning. Raises `HistoryError` when it cannot be
    opened or does not begin like one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = Lines(str(path))
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise HistoryError(
                f"Cannot read {path}", error.strerror or str(error), "Check its permissions."
            ) from error

    @property
    def offset(self) -> int:
        """Bytes of whole lines consumed."""
        return self._lines.offset

    @property
    def seq(self) -> int:
        """The number of the last event."""
        return self._lines.seq

    @property
    def damage(self) -> Damage | None:
        """Where and why it cannot be read further, if it cannot."""
        return self._lines.damage

    def poll(self, most: int | None = None) -> list[AnyEvent]:
        """The events that have come since the last call, reading about `most` bytes if given."""
        if self.damage:
            return []
        self._file.seek(self.offset)
        data = self._file.read() if most is None else self._file.read(most)
        if most is not None and b"\n" not in data and len(data) == most:
            data += self._rest_of_line()
        end = data.rfind(b"\n") + 1
        return list(self._lines.take(data[:end])) if end else []

    def close(self) -> None:
        """Give the file up."""
        self._file.close()

    def _rest_of_line(self) -> bytes:
        parts = []
        while part := self._file.read(1 << 20):
            parts.append(part)
            if b"\n" in part:
                break
        return b"".join(parts)


def load(path: Path) -> tuple[list[AnyEvent], Damage | None]:
    """All readable events of the session folder or history file at `path`, and the damage that
    ended them, if any (a torn last line counts). Raises `HistoryError` when nothing is readable."""
    file = locate(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise HistoryError(
            f"Cannot read {file}", error.strerror or str(error), "Check its permissions."
        ) from error
    return parse(data, str(file))


def parse(data: bytes, where: str) -> tuple[list[AnyEvent], Damage | None]:
    """The same of the bytes of a history; `where` names it to a person."""
    lines = Lines(where)
    events = list(lines.take(data[: data.rfind(b"\n") + 1]))
    damage = lines.damage
    if damage is None and lines.offset < len(data):
        damage = Damage(lines.seq + 1, lines.offset, "the last line is cut off")
    if not events:
        reason = str(damage) if damage else "the file is empty"
        raise HistoryError(
            f"{where} holds no session", reason, "Give the history.jsonl of a session folder."
        )
    return events, damage
