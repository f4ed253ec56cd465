"""A finished history that can be entered anywhere: only where its lines begin is known at first.

Half a million events are found in half a second; they are made when they are asked for. What
cannot be read ends the tape there, as it ends a `Reader`'s history.
"""

import os
import weakref
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec

from workspaces.history.codec import HistoryError, check_head, decoder
from workspaces.history.events import AnyEvent
from workspaces.history.reader import Damage, locate

PIECE_BYTES: Final = 1 << 20
"""Read at once while its lines are looked for."""
PIECE_LINES: Final = 256
"""Read at once while events are made."""


class Tape(Protocol):
    """Events by their place, from 0, and their times."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def time(self, place: int) -> float:
        """When the event at `place` was, in session seconds."""
        ...

    def events(self, begin: int, end: int) -> Sequence[AnyEvent]:
        """Those at `begin` up to, without, `end`; fewer if one cannot be read."""
        ...

    @property
    def problem(self) -> str:
        """Why it ends where it does; empty when it is whole."""
        ...


class Played:
    """Events that are in memory already."""

    def __init__(self, events: Sequence[AnyEvent], problem: str = "") -> None:
        self._events = events
        self.problem = problem

    def __len__(self) -> int:
        """How many there are."""
        return len(self._events)

    def time(self, place: int) -> float:
        """When the event at `place` was."""
        return self._events[place].t

    def events(self, begin: int, end: int) -> Sequence[AnyEvent]:
        """Some of them."""
        return self._events[begin:end]


class _Moment(msgspec.Struct):
    t: float = 0.0


class HistoryTape:
    """The history of a session folder, or a history file. Raises `HistoryError` when it cannot be
    opened or does not begin like one."""

    def __init__(self, path: Path) -> None:
        self.path = locate(path)
        self.damage: Damage | None = None
        try:
            self._file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            weakref.finalize(self, os.close, self._file)
            self._starts = array("Q", [0])
            """Where each line begins, and where the last one ends."""
            size = self._find_lines()
        except OSError as error:
            raise HistoryError(
                f"Cannot read {self.path}", error.strerror or str(error), "Check its permissions."
            ) from error
        if not size:
            raise HistoryError(
                f"{self.path} holds no session",
                "the file is empty",
                "Give the history.jsonl of a session folder.",
            )
        self._length = len(self._starts) - 1
        if self._starts[-1] < size:
            self._cut(self._length, "the last line is cut off")
        if not self._length:
            raise HistoryError(
                f"{self.path} holds no session",
                str(self.damage),
                "Give the history.jsonl of a session folder.",
            )
        self._decode = decoder(check_head(self._line(0), str(self.path)))
        if not self.events(0, 1):
            raise HistoryError(
                f"{self.path} holds no session",
                str(self.damage),
                "Give the history.jsonl of a session folder.",
            )

    def __len__(self) -> int:
        """How many lines there are that have not turned out to be unreadable."""
        return self._length

    def time(self, place: int) -> float:
        """When the event at `place` was; 0 where that cannot be read."""
        try:
            return msgspec.json.decode(self._line(place), type=_Moment).t
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return 0.0

    def events(self, begin: int, end: int) -> Sequence[AnyEvent]:
        """Some of them; whatever cannot be read ends the tape."""
        found: list[AnyEvent] = []
        for place, line in enumerate(self._lines(begin, min(end, self._length)), begin):
            try:
                event = self._decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                self._cut(place, f"not an event ({error})")
                break
            if event.seq != place + 1:
                self._cut(place, f"event {event.seq} where {place + 1} was expected")
                break
            found.append(event)
        return found

    @property
    def problem(self) -> str:
        """Why it ends where it does."""
        return str(self.damage) if self.damage else ""

    def _find_lines(self) -> int:
        """Find where lines begin; how many bytes there are. Read and not mapped, so that a long
        recording does not stay in memory, and one that is cut meanwhile kills nobody."""
        size = 0
        while piece := os.pread(self._file, PIECE_BYTES, size):
            end = 0
            while end := piece.find(b"\n", end) + 1:
                self._starts.append(size + end)
            size += len(piece)
        return size

    def _line(self, place: int) -> bytes:
        begin, end = self._starts[place], self._starts[place + 1] - 1
        return self._read(end - begin, begin)

    def _lines(self, begin: int, end: int) -> Iterator[bytes]:
        starts = self._starts
        for first in range(begin, end, PIECE_LINES):
            last, offset = min(first + PIECE_LINES, end), starts[first]
            piece = self._read(starts[last] - offset, offset)
            for place in range(first, last):
                yield piece[starts[place] - offset : starts[place + 1] - 1 - offset]

    def _read(self, count: int, offset: int) -> bytes:
        """So many bytes; fewer where the file has lost them, which are then no events."""
        try:
            return os.pread(self._file, count, offset)
        except OSError:
            return b""

    def _cut(self, place: int, reason: str) -> None:
        self._length = place
        self.damage = Damage(place + 1, self._starts[place], reason)
