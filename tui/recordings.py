"""The sessions that a person may want to open again, told from the two ends of their histories.

A history may be long, and the start screen must not wait for it: its first event says what it was,
its last whether it ended. What lies between is left to whoever opens it.
"""

import os
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from workspaces.history.codec import decode
from workspaces.history.events import SessionEnded, SessionStarted
from workspaces.history.reader import FILE_NAME

_END_BYTES: Final = 1 << 14
_HEAD_BYTES: Final = 1 << 18


class Recording(NamedTuple):
    """A past or running session."""

    folder: Path
    suite: str
    team: str
    agents: int
    status: str
    """How it ended; `unfinished` if it did not."""
    running: bool


def recent(most: int = 8) -> list[Recording]:
    """The newest sessions of the user's data folder and those at work elsewhere, newest first."""
    from agents.runtime import control, folder

    running = {path.resolve() for path in control.running()}
    kept = {path.parent.resolve() for path in folder.home().glob(f"*/{FILE_NAME}")}
    aged = sorted(((_changed(path), path) for path in kept | running), reverse=True)
    found = (look(path, path in running) for _, path in aged[: 2 * most])
    return [recording for recording in found if recording][:most]


def look(session: Path, running: bool) -> Recording | None:
    """What there is to say about the session in a folder; `None` if that holds none."""
    try:
        with (session / FILE_NAME).open("rb") as file:
            first = decode(file.readline(_HEAD_BYTES))
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - _END_BYTES, 0))
            lines = file.read().splitlines()
    except (OSError, msgspec.DecodeError):
        return None
    if not isinstance(first, SessionStarted):
        return None
    chosen = first.settings
    return Recording(
        session, chosen.suite, chosen.team, len(first.members), _status(lines), running
    )


def _status(lines: list[bytes]) -> str:
    for line in reversed(lines):
        try:
            last = decode(line)
        except msgspec.DecodeError:
            continue  # a line cut off by the crash, or by where reading began
        if isinstance(last, SessionEnded):
            return "success" if last.success else last.reason
        return "unfinished"
    return "unfinished"


def _changed(session: Path) -> float:
    try:
        return (session / FILE_NAME).stat().st_mtime
    except OSError:
        return 0.0
