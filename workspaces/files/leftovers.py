"""What a crash leaves in `.git`, and what of it may be removed.

Half-written packs, crash reports and temporary files of ours are garbage once they are old.
`index.lock` is different: a person's `git commit` holds it while their editor is open, and it
looks the same as one that a killed process left. The session does not need the index (commits go
around it), so a lock is removed only when it is older than `STALE_SECONDS` and no git process
works in the folder; otherwise it stays and the index is refreshed some other time.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

STALE_SECONDS = 60.0
"""Nothing younger is touched: the process that made it may be about to go on."""

_GARBAGE = (
    "fast_import_crash_*",
    "objects/pack/tmp_*",
    "objects/pack/.tmp-*",
    "objects/??/tmp_obj_*",
    "crosstalk/*",
)


def clear_leftovers(root: Path, now: float | None = None) -> list[Path]:
    """Remove what crashed processes left in the repository at `root`; what was removed.
    `now` is in seconds since 1970, the present by default."""
    folder = root / ".git"
    before = (time.time() if now is None else now) - STALE_SECONDS
    removed = [
        path for pattern in _GARBAGE for path in folder.glob(pattern) if _remove_old(path, before)
    ]
    lock = folder / "index.lock"
    if lock.exists() and not git_works_in(root) and _remove_old(lock, before):
        removed.append(lock)
    return removed


def release_packs(root: Path) -> None:
    """Remove the marks with which a fast-import that was killed kept its packs from being merged.

    It marks each pack until its branch is written. A mark that stays would also stop the next
    process: the same commits make a pack of the same name, and the mark exists already. To be
    called when none is running.
    """
    for keep in (root / ".git").glob("objects/pack/*.keep"):
        with suppress(OSError):
            if keep.read_bytes().startswith(b"fast-import"):
                keep.unlink()


def git_works_in(root: Path) -> bool:
    """Whether a git process of this user has its working directory in `root`. Where the system
    has no /proc, none is ever seen."""
    real = os.path.realpath(root)
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name = (process / "comm").read_text().strip()
            where = os.readlink(process / "cwd")
            if name == "git" and (where == real or where.startswith(real + "/")):
                return True
    return False


def _remove_old(path: Path, before: float) -> bool:
    with suppress(OSError):
        if path.lstat().st_mtime < before:
            path.unlink()
            return True
    return False
