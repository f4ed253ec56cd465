"""Which paths lie in a workspace.

Paths come from models, so they are data: a path is either a plain relative one, or refused with
the reason. Two doors: `confine` judges the text alone, `inside` the folders on the disk at the
moment of use, because a link may have been put there since. Neither follows a symbolic link.
"""

import os
import stat
import unicodedata
from functools import lru_cache
from pathlib import Path

from workspaces.errors import CrosstalkError

COMPONENT_BYTES = 255
"""The longest name that the common file systems take."""
PATH_BYTES = 1024
"""The longest path, in bytes of UTF-8."""

_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories that steer a terminal, hide in a name or reorder it; git ignores some of
them on some systems, which would let `.g<joiner>it` through."""


class PathRefused(CrosstalkError):
    """A path does not name a file of the workspace."""

    def __init__(self, path: str, cause: str) -> None:
        super().__init__(
            f"{path[:80]!r} is not a path in the workspace",
            cause,
            "Give a path relative to the workspace, such as 'src/mean.py'.",
        )
        self.path = path


def confine(path: str) -> str:
    """`path` as a normalised relative POSIX path (`./a//b` becomes `a/b`).

    Raises `PathRefused` for what is empty, absolute, climbs (`..`), names a folder (a trailing
    slash), lies in git's own folder under any of the names that some system takes for `.git`,
    has control or invisible characters or backslashes, is too long, or is not Unicode text.
    """
    return _confine(path)


@lru_cache(maxsize=4096)
def _confine(path: str) -> str:
    # A write asks for the same path five times on its way; a refusal is not remembered.
    for character in path:
        if unicodedata.category(character) in _UNPRINTABLE:
            raise PathRefused(path, f"it has the character {character!a}")
    if "\\" in path:
        raise PathRefused(path, "folders are separated by '/', and this has a backslash")
    if path.startswith("/"):
        raise PathRefused(path, "it is absolute")
    if path.endswith("/"):
        raise PathRefused(path, "it names a folder and not a file")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts:
        raise PathRefused(path, "it is empty")
    for part in parts:
        _check_component(path, part)
    confined = "/".join(parts)
    if len(confined.encode()) > PATH_BYTES:
        raise PathRefused(path, f"it is longer than {PATH_BYTES} bytes")
    return confined


def inside(root: Path, path: str) -> Path:
    """Where `path` lies on the disk now, under `root`, which is trusted.

    The file need not exist. Raises `PathRefused` as `confine` does, and when the file or a folder
    on the way to it is a symbolic link or a folder on the way is a file.
    """
    confined = confine(path)
    place = os.fspath(root)
    *folders, _ = parts = confined.split("/")
    for depth, part in enumerate(parts):
        place = f"{place}/{part}"
        try:
            mode = os.lstat(place).st_mode
        except FileNotFoundError:
            break
        except OSError as error:
            raise PathRefused(path, error.strerror or str(error)) from error
        if stat.S_ISLNK(mode):
            raise PathRefused(path, f"{'/'.join(parts[: depth + 1])!r} is a symbolic link")
        if depth < len(folders) and not stat.S_ISDIR(mode):
            raise PathRefused(path, f"{'/'.join(parts[: depth + 1])!r} is a file, not a folder")
    return root / confined


def _check_component(path: str, part: str) -> None:
    if part == "..":
        raise PathRefused(path, "it climbs out of the workspace")
    if len(part.encode()) > COMPONENT_BYTES:
        raise PathRefused(path, f"a name in it is longer than {COMPONENT_BYTES} bytes")
    # Windows drops trailing dots and spaces and takes what follows a colon for a stream's name;
    # macOS ignores case; both keep the short name git~1. A clone may end up there.
    if part.casefold().split(":")[0].rstrip(". ") in (".git", "git~1"):
        raise PathRefused(path, "it lies in git's own folder")
