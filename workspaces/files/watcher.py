"""Noticing what changed on the disk without the gateway: a person's editor, an outside agent.

Notifications say where to look; contents say what is there. Notifications merge, come late, get
lost when the kernel's queue overflows, and do not tell of writes through a memory map; so every
notified path is read and compared with what the gateway knows, and every `RESCAN_SECONDS` all
files are checked by their marks. What was there between two looks is unknown, by any watcher: of
two writes 5 ms apart to one file, both are seen in 93% of cases, one after another only the last.

A file is read on the event loop, in the same breath in which it is compared: a write through the
gateway then is either on the disk and known, or neither. Only files above `SMALL_BYTES`, which the
gateway does not write, are read in a thread and looked at again after.

The library's own pace (a step of 50 ms, a debounce of 1600) would bring news of a busy folder
half a second late; a step of 2 and a debounce of 5 bring it in 4 ms (8 at the 95th percentile)
for 2% of a core.

The only module that imports watchfiles, and only when watching begins.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workspaces.errors import CrosstalkError
from workspaces.files.disk import LARGE_BYTES, Mark, mark_of, read_file, scan
from workspaces.files.ignoring import ignored
from workspaces.history.codec import digest
from workspaces.history.events import OutsideWrite
from workspaces.history.state import State

if TYPE_CHECKING:
    from watchfiles import Change

    Batches = AsyncGenerator[set[tuple[Change, str]], None]

STEP_MS = 2
"""How long there must be quiet before notifications are handed on, in milliseconds."""
DEBOUNCE_MS = 5
"""How long they may be held back at most while more come, in milliseconds."""
RESCAN_SECONDS = 3.0
"""How often marks are checked, in real seconds, whatever clock the session has."""
SMALL_BYTES = 1 << 20
"""What is read on the event loop: a mebibyte takes one to two milliseconds to read and hash."""

_YOUNG_NS = 50_000_000
"""A file's time moves in ticks of some milliseconds: a mark this young may hide a later write."""
_BREATH = 32
"""Files looked at before the event loop gets its turn (a few milliseconds)."""


class Eyes(Protocol):
    """What is told of changes: the gateway, or somebody on the way to it."""

    @property
    def state(self) -> State:
        """What is known of the files."""

    def look(self, path: str) -> OutsideWrite | None:
        """Compare `path` with the disk."""

    def outside(self, path: str, data: bytes | None, found: str = "") -> OutsideWrite | None:
        """The disk has `data` at `path`, whose blob id is `found`."""


class WatchError(CrosstalkError):
    """The folder cannot be watched, or is gone."""


async def watch(
    root: Path,
    gateway: Eyes,
    *,
    stop: asyncio.Event,
    ready: asyncio.Event | None = None,
    step: int = STEP_MS,
    debounce: int = DEBOUNCE_MS,
    rescan_seconds: float = RESCAN_SECONDS,
) -> None:
    """Report what happens in `root` to `gateway.outside` until `stop` is set.

    `ready` is set when watching has begun and everything that was on the disk then has been
    compared. Uses real time even where the loop's is virtual. Raises `WatchError`.
    """
    real_root = _resolved(root)
    watcher = _Watcher(real_root, gateway, rescan_seconds)
    batches = _notifications(real_root, watcher.relevant, step, debounce, rescan_seconds, stop)
    async with aclosing(batches):
        try:
            # The watch is set up before the first wait, so one turn of the loop begins it.
            first = asyncio.ensure_future(anext(batches, None))
            await asyncio.sleep(0)
            if not first.done():
                await watcher.rescan()
                if ready:
                    ready.set()
            batch = await first
            while batch is not None:
                await watcher.notice([path for _, path in batch])
                batch = await anext(batches, None)
        except (OSError, RuntimeError) as error:
            # RuntimeError is the base of what watchfiles raises from its Rust part.
            raise WatchError(
                f"{root} cannot be watched any more",
                str(error),
                "If the system's limit is reached, raise fs.inotify.max_user_watches.",
            ) from error
        finally:
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)


class _Watcher:
    """What has been seen so far, and how to look again."""

    def __init__(self, root: Path, gateway: Eyes, rescan_seconds: float) -> None:
        self._root = root
        self._gateway = gateway
        self._rescan_seconds = rescan_seconds
        self._scanned = 0.0
        self._marks: dict[str, Mark] = {}
        self._looks = 0

    def relevant(self, _change: "Change", path: str) -> bool:
        """Whether a notification may be about somebody's work."""
        relative = self._relative(path)
        return bool(relative) and not ignored(relative)

    async def notice(self, paths: list[str]) -> None:
        """Look at the notified paths, and at everything when it is time to."""
        for path in sorted({self._relative(path) for path in paths}):
            if self._is_folder(path):
                # A folder comes as itself alone, whatever is in it.
                for found, _ in await asyncio.to_thread(lambda: list(scan(self._root, path))):  # noqa: B023  # awaited here
                    await self._look(found)
            await self._look(path)
            below = f"{path}/"
            for known in [p for p in self._gateway.state.paths() if p.startswith(below)]:
                await self._look(known)
        if time.monotonic() - self._scanned >= self._rescan_seconds:
            await self.rescan()

    async def rescan(self) -> None:
        """Look at every file whose mark has changed, and at those that are gone.

        Raises `WatchError` when the folder itself is.
        """
        marks = await asyncio.to_thread(lambda: dict(scan(self._root)))
        if not self._root.is_dir():
            raise WatchError(f"{self._root} cannot be watched any more", "the folder is gone")
        for path, mark in marks.items():
            if self._marks.get(path) != mark:
                await self._look(path)
                if time.time_ns() - mark.changed_ns > _YOUNG_NS:
                    self._marks[path] = mark
        for path in self._gateway.state.paths():
            if path not in marks:
                self._marks.pop(path, None)
                await self._look(path)
        self._scanned = time.monotonic()

    async def _look(self, path: str) -> None:
        self._looks += 1
        if self._looks % _BREATH == 0:
            await asyncio.sleep(0)
        mark = mark_of(self._root, path)
        if mark and mark.size > SMALL_BYTES:
            await self._look_at_large(path, mark)
        else:
            self._gateway.look(path)

    async def _look_at_large(self, path: str, mark: Mark) -> None:
        if mark.size > LARGE_BYTES:
            return
        try:
            data = await asyncio.to_thread(read_file, self._root, path)
        except OSError:
            return
        found = await asyncio.to_thread(digest, data) if data is not None else ""
        # Still being written: there will be another notification, or the rescan.
        if mark_of(self._root, path) == mark:
            self._gateway.outside(path, data, found)

    def _is_folder(self, path: str) -> bool:
        return (self._root / path).is_dir() and not (self._root / path).is_symlink()

    def _relative(self, path: str) -> str:
        """`path` as notified, relative to the root; empty for the root itself."""
        return path[len(str(self._root)) :].lstrip("/").replace(os.sep, "/")


def _resolved(root: Path) -> Path:
    real = Path(os.path.realpath(root))
    if not real.is_dir():
        raise WatchError(f"{root} cannot be watched", "there is no such folder")
    return real


def _notifications(
    root: Path,
    relevant: Callable[["Change", str], bool],
    step: int,
    debounce: int,
    timeout_seconds: float,
    stop: asyncio.Event,
) -> "Batches":
    """Sets of notifications, an empty one when there were none for a while."""
    from watchfiles import awatch

    return awatch(
        root,
        watch_filter=relevant,
        step=step,
        debounce=debounce,
        rust_timeout=max(1, int(timeout_seconds * 1000)),
        yield_on_timeout=True,
        stop_event=stop,
        force_polling=False,
    )
