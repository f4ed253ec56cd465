"""Two ways to fork a run: into a world of its own, or into a process group.

In a world of its own the fork is two processes: the first makes the world and waits, unreachable
from inside, so that the second, in which the tests run, has a parent like any other process.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from . import namespaces
from .child import Place, restore_signals

SCRATCH = "/scratch"
_NOT_READY = 125

Body: TypeAlias = Callable[[], int]
"""What a forked process does; returns the status to exit with."""


class Worlds:
    """Forks runs into namespaces of their own, each with `disk` bytes of files in memory, which
    cover /tmp too. `place` is where each finds its folders."""

    def __init__(self, disk: int) -> None:
        self._disk = disk
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self.place = Place(f"{SCRATCH}/workspace", "/tmp")

    def possible(self) -> bool:
        """Whether the machine allows it, by really making one."""
        try:
            child = self.fork(lambda: 0)
        except (OSError, AttributeError):
            return False
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def fork(self, body: Body) -> int:
        """Fork a first process that makes a world and waits in it for a second, which is tested."""
        number = namespaces.fork_into_new_process_namespace(self._own)
        if number == 0:
            status = _NOT_READY
            with suppress(BaseException):  # nothing may unwind into the zygote's loop
                namespaces.die_with_parent(signal.SIGKILL)
                restore_signals()
                namespaces.leave_for_own_world(SCRATCH, self._disk)
                namespaces.set_traceable(False)
                status = _wait_for(body)
            os._exit(status)
        return number


def fork_group(body: Body) -> int:
    """Fork a process in a session of its own; what it leaves behind falls to the zygote."""
    number = os.fork()
    if number == 0:
        status = _NOT_READY
        with suppress(BaseException):  # nothing may unwind into the zygote's loop
            os.setsid()
            namespaces.die_with_parent(signal.SIGKILL)
            restore_signals()
            status = body()
        os._exit(status)
    return number


def _wait_for(body: Body) -> int:
    """Fork `body` off and wait for it; returns its status as a shell would."""
    number = os.fork()
    if number == 0:
        status = _NOT_READY
        with suppress(BaseException):  # nothing may unwind into the zygote's loop
            namespaces.set_traceable(True)
            os.setsid()
            status = body()
        os._exit(status)
    os.closerange(0, os.sysconf("SC_OPEN_MAX"))
    while True:
        ended, status = os.wait()
        if ended == number:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
