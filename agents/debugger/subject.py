"""What is debugged: a recording, or a session whose team is at work or waits."""

import time
from pathlib import Path
from typing import Final

from agents.runtime import control
from agents.runtime.usage import UsageError
from workspaces.history import events as e
from workspaces.history.opening import open_tape
from workspaces.history.reader import FILE_NAME, Reader
from workspaces.history.tape import Played, Tape

_LOOK_SECONDS: Final = 0.02
"""Between two looks at a growing history, and how long a process may take to be gone."""


class Subject:
    """The session at `path`; `session` names one where there are several. `own` is one that was
    started for the debugger, which ends it when it leaves. Raises `HistoryError`."""

    def __init__(self, path: Path, session: str = "", own: bool = False) -> None:
        self.path = path
        self.own = own
        self.folder = path.parent if path.name == FILE_NAME else path
        self.live = (self.folder / FILE_NAME).is_file() and control.is_running(self.folder)
        self._reader: Reader | None = None
        self._events: list[e.AnyEvent] = []
        if self.live:
            self._reader = Reader(self.folder / FILE_NAME)
            self.tape: Tape = Played(self._events)
            self.refresh()
        else:
            self.tape = open_tape(path, session).tape

    def refresh(self) -> list[e.AnyEvent]:
        """Take in what a running session has recorded; what is new."""
        if self._reader is None:
            return []
        new = self._reader.poll()
        self._events += new
        if any(isinstance(event, e.SessionEnded) for event in new[-1:]):
            self.live = False
        return new

    def events(self) -> list[e.AnyEvent]:
        """All there is so far."""
        return list(self.tape.events(0, len(self.tape)))

    def command(self, name: str, argument: str = "") -> str:
        """What the session says to a command. Raises `CrosstalkError` when it refuses, or nobody
        is there."""
        if not self.live:
            raise UsageError(
                f"Nobody is there to {name}",
                "this is a recording",
                "fork goes on from here with a team that is alive.",
            )
        return control.ask(self.folder, name, argument)

    def wait(self) -> list[e.AnyEvent]:
        """Return when the session has paused, or is over; what was recorded meanwhile. Ctrl-C
        pauses it."""
        new: list[e.AnyEvent] = []
        while True:
            try:
                new += self.refresh()
                if not self.live or _holds(new):
                    return new
                if not control.is_running(self.folder):
                    self.live = False
                    return new + self.refresh()
                time.sleep(_LOOK_SECONDS)
            except KeyboardInterrupt:
                self.command("pause")

    def close(self) -> None:
        """Let go of it; a session of the debugger's own is ended as interrupted."""
        if self.own and self.live:
            self.command("stop")
            while self.live:
                self.wait()
        if self._reader:
            self._reader.close()
            self._reader = None


def _holds(events: list[e.AnyEvent]) -> bool:
    """Whether the last of what happened to the session's course is that it paused."""
    for event in reversed(events):
        if isinstance(event, e.SessionPaused):
            return True
        if isinstance(event, e.SessionContinued):
            return False
    return False
