"""The working tree as bytes: read without following links, written by rename, listed with marks.

Writing by temporary file and rename means that no reader ever sees half a file, and that a
watcher loses far fewer contents under load.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from workspaces.errors import CrosstalkError
from workspaces.files.ignoring import ignored
from workspaces.files.paths import PathRefused, confine, inside

LARGE_BYTES = 64 << 20
"""Files above this are left alone: neither recorded nor committed. Someone's data set in the
workspace would otherwise be copied into the repository through our memory."""


class Mark(NamedTuple):
    """What changes about a file when it is written (`changed_ns` is its ctime, which nobody can
    set back). Equal marks prove nothing for a file that was written within the clock's tick, so
    young marks are not trusted (see the watcher)."""

    changed_ns: int
    size: int
    inode: int


def read_file(root: Path, path: str) -> bytes | None:
    """The content of the regular file at `path`, `None` when there is none (a folder or a link is
    none). Raises `OSError` when there is one and it cannot be read, `FileTooLarge` when it is
    above `LARGE_BYTES`."""
    try:
        place = inside(root, path)
    except PathRefused:
        return None
    try:
        file = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size > LARGE_BYTES:
            raise FileTooLarge(path)
        with open(file, "rb", buffering=0, closefd=False) as reader:
            return reader.read()
    finally:
        os.close(file)


class FileTooLarge(OSError):
    """A file is above `LARGE_BYTES`."""


class WorkspaceError(CrosstalkError):
    """The working tree cannot be written."""


def put_file(
    root: Path,
    scratch: Path,
    path: str,
    data: bytes,
    when_full: Callable[[], None] | None = None,
) -> None:
    """`write_file` for what the history has already; on a full disk it is tried again whenever
    `when_full` returns. Raises `WorkspaceError`."""
    while True:
        try:
            return write_file(root, scratch, path, data)
        except (OSError, PathRefused) as error:
            full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
            if not full or when_full is None:
                cause = error.strerror if isinstance(error, OSError) else str(error)
                raise WorkspaceError(
                    f"{path} cannot be written",
                    f"{cause or error} ({root})",
                    "Make room or mend the permissions; the write is safe in the history.",
                ) from error
        when_full()


def write_file(root: Path, scratch: Path, path: str, data: bytes) -> None:
    """Put `data` at `path` in one step, making folders. `scratch` is a folder on the same file
    system. A file that was there keeps its permissions. Raises `OSError`, `PathRefused`."""
    target = inside(root, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = scratch / f"write-{os.getpid()}"
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        with open(file, "wb", buffering=0) as writer:
            written = 0
            while written < len(data):
                written += writer.write(data[written:])
            with suppress(FileNotFoundError):
                os.fchmod(file, stat.S_IMODE(os.lstat(target).st_mode))
        os.rename(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def mark_of(root: Path, path: str) -> Mark | None:
    """The mark of the regular file at `path`, `None` when there is none."""
    try:
        status = os.lstat(root / path)
    except OSError:
        return None
    return _mark(status) if stat.S_ISREG(status.st_mode) else None


def scan(root: Path, under: str = "") -> Iterator[tuple[str, Mark]]:
    """The regular files below the folder `under`, by relative path; links and what is ignored or
    refused (`confine`) are left out, folders that vanish meanwhile too. A few microseconds a file.
    """
    folders = [under]
    while folders:
        folder = folders.pop()
        with suppress(OSError), os.scandir(root / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if ignored(path):
                    continue
                with suppress(OSError, PathRefused):
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(path)
                    elif entry.is_file(follow_symlinks=False) and confine(path) == path:
                        yield path, _mark(entry.stat(follow_symlinks=False))


def _mark(status: os.stat_result) -> Mark:
    return Mark(status.st_ctime_ns, status.st_size, status.st_ino)
