"""The single writer of a history: persist first, then tell.

An event is handed to the operating system before `append` returns, so killing the process loses
nothing that was appended; a thread brings it to the disk every few tens of milliseconds (group
commit), so pulling the plug loses at most that. `durable` says how far the disk is. Refuses a
second writer on the same file.
"""

import errno
import fcntl
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from msgspec.structs import replace

from workspaces.history.clocks import Clocks
from workspaces.history.codec import FIRST_BYTES, HistoryError, encode
from workspaces.history.events import AnyEvent
from workspaces.history.reader import Reader

E = TypeVar("E", bound=AnyEvent)

SYNC_SECONDS = 0.05
"""How long an event may wait for the disk. One fsync costs about a millisecond; twenty a second
are 2% of a core and cost the events between them nothing."""


RESERVE_BYTES = 1 << 16
"""Room kept for saying that there is no more: a few events."""


class HistoryLocked(HistoryError):
    """Another process is writing this history."""


class DiskFull(HistoryError):
    """There is no room for the next event."""


class HistoryWriter:
    """Appends events to `path`, giving each its number, time and vector clock.

    `now` returns the seconds since the session began, on the session's clock. Opening an
    existing file continues it: `past` then holds its events, and a torn last line (a crash in
    mid-write, never acknowledged) is cut off. Raises `HistoryLocked`, `HistoryError`.
    """

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._now = now
        self._clocks = Clocks()
        self.path = path
        self.seq = 0
        self.durable = 0
        self.past: list[AnyEvent] = []
        self._observers: list[Callable[[AnyEvent], None]] = []
        self._file = _open_locked(path)
        try:
            self._offset = self._recover()
        except BaseException:
            os.close(self._file)
            raise
        self._reserve = path.with_name(f".{path.name}.reserve")
        self._dirty = threading.Event()
        self._closing = False
        self._syncing = threading.Lock()
        self._syncer = threading.Thread(target=self._sync_forever, name="history", daemon=True)
        self._syncer.start()

    def observe(self, observer: Callable[[AnyEvent], None]) -> None:
        """Tell `observer` of every event once it is persisted. It must not raise."""
        self._observers.append(observer)

    def append(self, event: E) -> E:
        """`event` as stored. Raises `HistoryError` when it cannot be written; the file then ends
        with the event before, and the same event may be appended again."""
        stamped = self._clocks.clocked(
            replace(event, seq=self.seq + 1, t=round(max(self._now(), 0.0), 6))
        )
        line = encode(stamped)
        try:
            written = os.write(self._file, line)
            while written < len(line):
                written += os.write(self._file, line[written:])
        except OSError as error:
            os.ftruncate(self._file, self._offset)
            kind = DiskFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else HistoryError
            raise kind(
                "The history cannot be written",
                f"{error.strerror} ({self.path})",
                "Make room on the disk; nothing recorded so far is lost.",
            ) from error
        self._offset += len(line)
        self._clocks.follow(stamped)
        self.seq += 1
        self._dirty.set()
        for observer in self._observers:
            observer(stamped)
        return stamped  # type: ignore[return-value]  # stamping keeps the class

    def reserve(self) -> None:
        """Keep some room on the disk, to record in that there is none; tried again and again."""
        with suppress(OSError):
            data = b"\0" * RESERVE_BYTES  # written, since a hole takes no room
            if not self._reserve.exists() or self._reserve.stat().st_size < RESERVE_BYTES:
                self._reserve.write_bytes(data)

    def room(self) -> bool:
        """Whether there is more room than would be kept at once."""
        try:
            disk = os.statvfs(self.path)
        except OSError:
            return True
        return disk.f_bavail * disk.f_frsize > 2 * RESERVE_BYTES

    def release(self) -> None:
        """Give that room up."""
        with suppress(OSError):
            self._reserve.unlink()

    def sync(self) -> None:
        """Return when everything appended is on the disk. Blocks for about a millisecond."""
        with self._syncing:
            seq = self.seq
            if seq > self.durable:
                os.fsync(self._file)
                self.durable = seq

    def close(self) -> None:
        """Sync and give the file up. May be called twice."""
        if self._closing:
            return
        self._closing = True
        self._dirty.set()
        self._syncer.join()
        self.release()
        self.sync()
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _recover(self) -> int:
        size = os.fstat(self._file).st_size
        if size == 0:
            return 0
        reader = Reader(self.path)
        try:
            self.past = reader.poll()
        finally:
            reader.close()
        if reader.damage:
            raise HistoryError(
                "The history is damaged and cannot be continued",
                str(reader.damage),
                "Replay shows it up to the damage; start a new session to go on working.",
            )
        if not self.past:
            self._refuse_foreign()
        for event in self.past:
            self._clocks.follow(event)
        self.seq = self.durable = len(self.past)
        if reader.offset < size:
            os.ftruncate(self._file, reader.offset)
            os.fsync(self._file)
        return reader.offset

    def _refuse_foreign(self) -> None:
        """Nothing but the torn beginning of a history may be cut off as one."""
        begins = os.pread(self._file, len(FIRST_BYTES), 0)
        if not FIRST_BYTES.startswith(begins):
            raise HistoryError(
                f"{self.path} is not a Crosstalk history",
                "it does not begin with the start of a session",
                "Choose another folder with --out; this file is left as it is.",
            )

    def _sync_forever(self) -> None:
        pause = threading.Event()
        while not self._closing:
            self._dirty.wait()
            self._dirty.clear()
            if not self._closing:
                self.sync()
                pause.wait(SYNC_SECONDS)


def _open_locked(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HistoryError(
            "The history cannot be written",
            f"{error.strerror} ({path})",
            "Choose a folder you may write to with --out.",
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise HistoryLocked(
            "This session is running",
            f"another process is writing {path}",
            "Use `crosstalk attach` to see it.",
        ) from error
    return file
