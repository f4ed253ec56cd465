"""A session that stands still in the middle of a step, because the next event finds no room on the
disk: for how long, why, and what may be asked of it meanwhile.

Nothing after that event may happen before it is recorded, so the session's thread does nothing but
wait. It can still be stopped: it then ends where it is, as if it had been killed there, and whoever
goes on with it finds what was recorded and nothing else.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from workspaces.errors import CrosstalkError

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StoppedStill(CrosstalkError):
    """The session was stopped while it stood still."""


class Standstill:
    """Whether the session stands still. `stopped` is called, in the session's thread, when it was
    asked to stop meanwhile."""

    def __init__(self, stopped: Callable[[], None] = lambda: None) -> None:
        self.stopped = stopped
        self.reason = ""
        """Why it stands still, for a person; empty while it does not. Any thread may look."""
        self.seq = 0
        """The number of the event before the one that there is no room for."""
        self._stop = threading.Event()

    def stop(self) -> None:
        """End the session if it stands still, from any thread."""
        self._stop.set()

    @contextmanager
    def standing(self, reason: str, seq: int) -> Iterator[None]:
        """Stand still after event `seq` meanwhile. Raises `StoppedStill` if it was stopped."""
        if self._stop.is_set():
            self._end()
        with self._signals():
            self.seq, self.reason = seq, reason
            try:
                yield
            finally:
                self.reason = ""

    def wait(self, seconds: float) -> None:
        """Do nothing for so long. Raises `StoppedStill` as soon as the session is to stop."""
        if self._stop.wait(seconds):
            self._end()

    def _end(self) -> NoReturn:
        self.stopped()
        raise StoppedStill(
            "The session was stopped while the disk was full",
            "the last step was not recorded and has not happened",
            "Make room, then go on with crosstalk resume; nothing recorded is lost.",
        )

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Let signals stop it: the loop, which would have told of them, stands still as well."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = [(number, signal.signal(number, lambda *_: self.stop())) for number in SIGNALS]
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)
