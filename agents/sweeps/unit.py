"""The unit of work of every engine: a synchronous function from a ticket to an outcome.

The session runs in a child process of its own (`nursery`), so that a crash, a kill for memory or
a deadline fails that session alone; and when the worker that called `run` dies, its nursery's
standard input closes and takes every child with it. `run` never raises for what a session did:
an engine that tries again on an exception then does so for lost workers only.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path

import msgspec

from agents.sweeps import job as jobs
from agents.sweeps.job import OUTCOME, Outcome, Ticket

SAID = 1500
"""Characters of what a dead child said that are kept."""
_PYTHON = {"PYTHONHASHSEED": "0"}
_LOST = 256
"""Instead of an exit code, which it cannot be: the nursery died, and the child with it."""


class Nurse:
    """The nursery of this process, started with the first child and anew when it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ends: dict[int, tuple[subprocess.Popen[bytes], threading.Event]] = {}
        self._codes: dict[int, int] = {}
        self._numbers = count(1)
        self._scratch: Path | None = None

    def raise_child(self, ticket: bytes) -> tuple[int, Path]:
        """Start a child; its number, and where its files will be until they are removed."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = self._begin()
            number = next(self._numbers)
            self._ends[number] = (self._process, threading.Event())
            self._say(f"run {number} {ticket.hex()}")
            assert self._scratch
            return number, self._scratch / str(number)

    def wait(self, number: int, seconds: float) -> int | None:
        """The child's exit code or `_LOST`; `None` when it has not ended in time."""
        if not self._ends[number][1].wait(seconds):
            return None
        del self._ends[number]
        return self._codes.pop(number, _LOST)

    def kill(self, number: int) -> None:
        """End the child and all that it started."""
        with self._lock:
            if self._process is not None:
                self._say(f"kill {number}")

    def close(self) -> None:
        """End the nursery with every child."""
        with self._lock:
            process, self._process = self._process, None
            scratch, self._scratch = self._scratch, None
        if process and process.stdin:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)  # it did so itself, unless it was killed

    def _begin(self) -> subprocess.Popen[bytes]:
        if self._scratch is None:
            self._scratch = Path(tempfile.gettempdir(), f"crosstalk-{secrets.token_hex(8)}")
        process = subprocess.Popen(
            # -P: what the folder that one stands in calls `agents` is not ours
            [sys.executable, "-P", "-m", "agents.sweeps.nursery", str(self._scratch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_PYTHON},
            start_new_session=True,  # an interrupt at the terminal is the driver's alone
        )
        threading.Thread(
            target=self._read, args=(process,), name=f"nursery {process.pid}", daemon=True
        ).start()
        return process

    def _say(self, order: str) -> None:
        assert self._process
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it died: its reader ends every wait
            self._process.stdin.write(order.encode() + b"\n")
            self._process.stdin.flush()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        with process.stdout as ends:
            for line in ends:
                _, number, code = line.split()
                self._codes[int(number)] = int(code)
                if waiting := self._ends.get(int(number)):
                    waiting[1].set()
        process.wait()
        with self._lock:
            with suppress(BrokenPipeError):
                process.stdin.close()
            if self._process is process:
                self._process = None
            for owner, end in list(self._ends.values()):
                if owner is process:
                    end.set()  # they died with it


NURSE = Nurse()
_running: dict[str, int] = {}
_dead: set[str] = set()


def run(data: bytes) -> bytes:
    """Carry out an encoded ticket; the encoded outcome."""
    return msgspec.msgpack.encode(perform(jobs.decode(data)))


def perform(ticket: Ticket) -> Outcome:
    """Carry out a ticket."""
    handle = ticket.handle
    if handle in _dead:
        return _failure(ticket, "it was called off")
    number, folder = NURSE.raise_child(jobs.encode(ticket))
    _running[handle] = number
    try:
        code = NURSE.wait(number, ticket.deadline_s)
        if code is None:
            NURSE.kill(number)
            NURSE.wait(number, 60.0)
            return _failure(ticket, f"it took longer than {ticket.deadline_s:g} s and was ended")
        written = folder / OUTCOME
        if not written.exists():
            return _failure(ticket, _last_words(folder, code))
        outcome = msgspec.msgpack.decode(written.read_bytes(), type=Outcome)
        return msgspec.structs.replace(outcome, worker=_here())
    finally:
        _running.pop(handle, None)
        shutil.rmtree(folder, ignore_errors=True)


def kill(*handles: str) -> None:
    """Call tickets off: end those that run here, and refuse those that come."""
    _dead.update(handles)
    for handle in handles:
        number = _running.get(handle)
        if number is not None:
            NURSE.kill(number)


def _failure(ticket: Ticket, why: str) -> Outcome:
    return Outcome(key=ticket.job.key, attempt=ticket.attempt, error=why, worker=_here())


def _last_words(folder: Path, code: int) -> str:
    how = f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"
    if code == _LOST:
        how = "was lost with the one that it was forked from"
    said = folder / "said"
    words = said.read_text(errors="replace").strip()[-SAID:] if said.exists() else ""
    return f"its process {how}" + (f": {words}" if words else "")


def _here() -> str:
    return f"{socket.gethostname()}/{os.getpid()}"
