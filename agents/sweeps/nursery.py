"""A process that has imported all that a session needs, and forks a child for each.

`python -m agents.sweeps.nursery SCRATCH` reads one order a line from standard input: `run NUMBER
TICKET` (the ticket as hex) or `kill NUMBER`; and says `ended NUMBER STATUS` on standard output. A
child has `SCRATCH/NUMBER` for its files. When its standard input ends, its worker is gone: it kills
every child with all that the child started, removes what they left, and leaves. The folders are
made here and not by the worker, which may be killed between making one and telling of it. Forked
from here, a child costs a hundredth of a second instead of the third of a second of processor time
that importing takes.
"""

import os
import selectors
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from agents.runtime.testing_worker.namespaces import adopt_orphans, die_with_parent
from agents.sweeps import child, job

_READ = 1 << 16
_LONGEST = 40
"""Of the path of a folder in which a folder for sockets fits (see `agents.runtime.control`)."""
_DYING_S = 10.0
"""How long what was killed may take to be gone."""


class Nursery:
    """Children by number, each with a folder in `scratch`."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._children: dict[int, int] = {}
        """The process of each."""
        self._received = b""

    def serve(self) -> None:
        """Take orders until standard input ends."""
        wake_out, wake_in = os.pipe()
        for number in (0, wake_out, wake_in):
            os.set_blocking(number, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_in, warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(0, selectors.EVENT_READ)
            selector.register(wake_out, selectors.EVENT_READ)
            listening = True
            while listening:
                for key, _ in selector.select():
                    if key.fd == wake_out:
                        os.read(wake_out, _READ)
                    else:
                        listening = self._listen()
                self._reap()

    def close(self) -> None:
        """Kill every child and wait for all that they started: who still writes would have its
        folder back after it was removed."""
        adopt_orphans()
        for number in self._children:
            self._kill(number)
        end = time.monotonic() + _DYING_S
        with suppress(ChildProcessError):  # none is left
            while time.monotonic() < end:
                if os.waitpid(-1, os.WNOHANG) == (0, 0):
                    time.sleep(0.005)

    def _listen(self) -> bool:
        data = os.read(0, _READ)
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            word, number, *rest = line.decode().split(" ")
            if word == "run":
                self._start(int(number), bytes.fromhex(rest[0]))
            else:
                self._kill(int(number))
        return bool(data)

    def _start(self, number: int, ticket: bytes) -> None:
        folder = self._scratch / str(number)
        folder.mkdir()
        process = os.fork()
        if process:
            with suppress(OSError):  # it may have done so itself, or be gone
                os.setpgid(process, process)
            self._children[number] = process
            return
        status = 1
        try:
            os.setpgid(0, 0)
            die_with_parent(signal.SIGKILL)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _redirect(folder)
            child.leave(job.decode(ticket), folder)
            status = 0
        except BaseException:  # noqa: BLE001 - nothing may unwind into the nursery's loop
            with suppress(BaseException):
                import traceback

                traceback.print_exc()
        finally:
            with suppress(BaseException):
                sys.stderr.flush()
            os._exit(status)

    def _kill(self, number: int) -> None:
        if number in self._children:
            with suppress(ProcessLookupError):
                os.killpg(self._children[number], signal.SIGKILL)

    def _reap(self) -> None:
        for number, process in list(self._children.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                with suppress(ProcessLookupError):  # what it left behind
                    os.killpg(process, signal.SIGKILL)
                del self._children[number]
                code = os.waitstatus_to_exitcode(status)
                os.write(1, f"ended {number} {code}\n".encode())


def _redirect(folder: Path) -> None:
    """Nothing to read, and a file for what a session's parts may print."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    said = os.open(folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(source, target)


def main() -> None:
    """Serve, with a place for the sessions' sockets: not the user's own, where `crosstalk attach`
    looks for teams to watch, but beside it; and not in the folder for temporary files, whose path
    may be too long for one."""
    scratch = Path(sys.argv[1])
    scratch.mkdir(mode=0o700, exist_ok=True)  # there, when a nursery before this one was killed
    nursery = Nursery(scratch)
    beside = os.environ.get("XDG_RUNTIME_DIR", "")
    if not os.path.isabs(beside) or not os.path.isdir(beside) or len(beside) > _LONGEST:
        beside = "/tmp"
    with tempfile.TemporaryDirectory(prefix="crosstalk-", dir=beside) as sockets:
        os.environ["XDG_RUNTIME_DIR"] = sockets
        try:
            nursery.serve()
        finally:
            nursery.close()
            shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
