"""Session folders: where they lie, and how one is made or not made at all."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.runtime.spec import UsageError

WORKSPACE = "workspace"


def home() -> Path:
    """The folder in which sessions lie unless another is chosen (XDG base directories)."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "crosstalk" / "sessions"


def default(suite: str, team: str, agents: int, stamp: str) -> Path:
    """A folder for a new session, named so that a person finds it again."""
    name = re.sub(r"[^A-Za-z0-9.]+", "-", Path(suite).stem if suite.endswith(".json") else suite)
    return home() / f"{stamp}-{name.strip('-')}-{team}-{agents}"


class Making:
    """A session folder in the making; until `keep` is called it may yet be unmade."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept = False

    def keep(self) -> None:
        """The session has begun: what is in the folder from now on stays, come what may."""
        self.kept = True


@contextmanager
def making(folder: Path) -> Iterator[Making]:
    """Make `folder` for a session; if the body fails before it is kept, leave nothing behind.

    Raises `UsageError` when it cannot be made or holds something already.
    """
    folder = folder.absolute()
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise UsageError(
                f"{folder} is not empty",
                "a session needs a folder of its own",
                "Choose another with --out; `crosstalk replay` opens a session that is there.",
            )
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        _unmake(made)
        raise UsageError(
            f"Cannot make a session in {folder}",
            error.strerror or str(error),
            "Choose a folder you may write to with --out.",
        ) from error
    making = Making(folder)
    try:
        yield making
    except BaseException:
        if not making.kept:
            for path in folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            _unmake(made)
        raise


def _unmake(made: list[Path]) -> None:
    """Remove the folders that were made, innermost first, as far as they are empty."""
    for path in made:
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
