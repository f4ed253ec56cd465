"""The long-lived process: waits for requests, forks a child for each, ends it in time.

Requests come on standard input and answers leave on standard output, each framed by its length:

    request   length, header length (32 bits each, network order), header as JSON, file contents
    answer    length, JSON

One thread, one loop, never blocked by a child: output and notes are files in memory that the
loop reads when a child has ended, so nothing a child writes or fails to write can hold it up.
When standard input ends, its parent is gone: every child is killed and the process leaves.

It runs no tested code itself. It refuses to trust a child's word about time, memory or its end.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import shutil
import signal
import struct
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass

from . import namespaces, processes, verdict
from .child import Limits, Place, attach, run
from .forking import Worlds, fork_group
from .rewriting import Codes

_LOOK_EVERY = 0.1  # seconds between looks at how many processes a run has and how large they are
_READ = 1 << 16
_MOST_NOTES = 4 << 20  # bytes; reading hostile ones must not hold up other runs


@dataclass
class Child:
    """One run under way."""

    request: int
    output: int
    notes: int
    place: Place
    folder: str
    started: float
    asked: str
    """`tests` or `script`."""
    codes: int = -1
    """What it hands over of the test files' code; none where its folders are its alone."""
    killed_for: str = ""


class Zygote:
    """Forks children and answers for them; `isolated` says whether each has its own world."""

    def __init__(self, limits: Limits, needed: frozenset[str], base: str, contained: bool) -> None:
        self._limits = limits
        self._needed = needed
        self._base = base
        self._answers = os.dup(1)
        self._children: dict[int, Child] = {}
        self._sweepers: set[int] = set()
        self._received = bytearray()
        self._number = 0
        self._codes = Codes()
        self._worlds = Worlds(limits.disk) if contained else None
        if self._worlds is not None and not self._worlds.possible():
            self._worlds = None
        self.isolated = self._worlds is not None
        table = processes.running()
        self._inherited = table[os.getpid()].resident if os.getpid() in table else 0

    def serve(self) -> None:
        """Answer requests until standard input ends."""
        wake_out, wake_in = os.pipe()
        os.set_blocking(wake_in, False)
        os.set_blocking(wake_out, False)
        os.set_blocking(0, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_in, warn_on_full_buffer=False)
        selector = selectors.DefaultSelector()
        selector.register(0, selectors.EVENT_READ)
        selector.register(wake_out, selectors.EVENT_READ)
        self._answer({"hello": 1, "isolated": self.isolated})
        looked = time.monotonic()
        while True:
            for key, _ in selector.select(_LOOK_EVERY if self._children else None):
                if key.fd == wake_out:
                    os.read(wake_out, _READ)
                elif not self._receive():
                    return self._leave()
            self._reap()
            now = time.monotonic()
            self._enforce_time(now)
            if self._children and now - looked >= _LOOK_EVERY:
                self._look()
                looked = now

    def _receive(self) -> bool:
        """Take in what arrived; False when there will be no more."""
        try:
            data = os.read(0, _READ)
        except BlockingIOError:
            return True
        if not data:
            return False
        self._received += data
        while len(self._received) >= 4:
            (length,) = struct.unpack_from("!I", self._received)
            if len(self._received) < 4 + length:
                break
            frame = bytes(self._received[4 : 4 + length])
            del self._received[: 4 + length]
            self._start(frame)
        return True

    def _start(self, frame: bytes) -> None:
        (length,) = struct.unpack_from("!I", frame)
        header = json.loads(frame[4 : 4 + length])
        files, offset = {}, 4 + length
        for path, size in header["files"]:
            files[path] = frame[offset : offset + size]
            offset += size
        place, folder = self._place()
        output, notes = memory_file(), memory_file()
        asked = "script" if header.get("script") else "tests"
        child = Child(header["id"], output, notes, place, folder, time.monotonic(), asked)
        if self._worlds is not None and asked == "tests":
            child.codes = self._codes.file()

        def body() -> int:
            attach(output, notes, child.codes)
            script = header.get("script", "")
            known = self._codes.known if child.codes >= 0 else None
            return run(files, header["tests"], place, self._limits, self._needed, known, script)

        try:
            number = self._worlds.fork(body) if self._worlds is not None else fork_group(body)
        except OSError as error:
            child.killed_for = f"no process could be started ({error.strerror})"
            self._finish(child, 0)
        else:
            self._children[number] = child

    def _place(self) -> tuple[Place, str]:
        if self._worlds is not None:
            return self._worlds.place, ""
        self._number += 1
        folder = os.path.join(self._base, f"run-{self._number}")
        place = Place(f"{folder}/workspace", f"{folder}/tmp")
        os.makedirs(place.workspace)
        os.mkdir(place.temporary)
        return place, folder

    def _reap(self) -> None:
        """Answer for ended children, after killing what those in process groups left behind."""
        ended: list[tuple[Child, int]] = []
        reaped = False
        while True:
            try:
                number, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if number == 0:
                break
            reaped = True
            self._sweepers.discard(number)
            child = self._children.pop(number, None)
            if child is not None:
                code = os.waitstatus_to_exitcode(status)
                ended.append((child, code if code >= 0 else 128 - code))
                if not self.isolated:
                    with suppress(OSError):
                        os.killpg(number, signal.SIGKILL)
        if reaped and not self.isolated:
            # Also when only a stray ended: its own children have become strays by that.
            self._kill_strays(processes.running())
        for child, status in ended:
            self._finish(child, status)

    def _kill_strays(self, table: dict[int, processes.Process]) -> None:
        """Kill children that the zygote did not start: their own parents ended before them."""
        for number in processes.children(os.getpid(), table):
            if number not in self._children and number not in self._sweepers:
                with suppress(OSError):
                    os.kill(number, signal.SIGKILL)

    def _enforce_time(self, now: float) -> None:
        for number, child in self._children.items():
            if now - child.started > self._limits.wall:
                self._kill(number, child, "time")

    def _look(self) -> None:
        """Kill runs with too many processes or too much memory in all of them together."""
        table = processes.running()
        for number, child in self._children.items():
            found = processes.family(number, table, self._inherited)
            if found.members > self._limits.processes:
                self._kill(number, child, f"more than {self._limits.processes} processes")
            elif found.resident > 2 * self._limits.memory:
                self._kill(number, child, "too much memory in all its processes together")
        if not self.isolated:
            self._kill_strays(table)

    def _kill(self, number: int, child: Child, cause: str) -> None:
        """Kill a run; in namespaces of its own this takes every process of it along."""
        child.killed_for = child.killed_for or cause
        with suppress(OSError):
            if not self.isolated:
                os.killpg(number, signal.SIGKILL)
            os.kill(number, signal.SIGKILL)

    def _finish(self, child: Child, status: int) -> None:
        """Answer for a child that ended with the shell's `status`."""
        limits = self._limits
        notes = verdict.read_notes(contents(child.notes, _MOST_NOTES))
        output = contents(child.output, 8 * limits.output)
        judge = verdict.judge if child.asked == "tests" else verdict.judge_script
        answer = judge(notes, status, child.killed_for, output, child.place, limits)
        os.close(child.output)
        os.close(child.notes)
        self._codes.take(child.codes)
        self._answer({"id": child.request, "seconds": time.monotonic() - child.started, **answer})
        if child.folder:
            self._sweep(child.folder)

    def _sweep(self, folder: str) -> None:
        """Remove a run's folder from another process: it may hold very much."""
        number = os.fork()
        if number == 0:
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)
        self._sweepers.add(number)

    def _answer(self, answer: dict[str, object]) -> None:
        data = json.dumps(answer).encode()
        view = memoryview(struct.pack("!I", len(data)) + data)
        while view:
            view = view[os.write(self._answers, view) :]

    def _leave(self) -> None:
        """Kill every child; of a run in namespaces nothing can be left, of others the folders."""
        for number, child in self._children.items():
            self._kill(number, child, "its session ended")
        if not self.isolated:
            self._kill_strays(processes.running())
            shutil.rmtree(self._base, ignore_errors=True)


def memory_file() -> int:
    """A nameless file; what a child writes to it is read when the child has ended."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("run")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def contents(descriptor: int, longest: int) -> bytes:
    """The last `longest` bytes of a file, however its offset was moved."""
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, longest, max(0, size - longest))


def serve(needed: frozenset[str], settings: dict[str, object]) -> None:
    """Run a zygote with `settings` (see the runner) until its parent is gone."""
    limits = Limits(**settings["limits"])  # type: ignore[arg-type]
    namespaces.adopt_orphans()
    zygote = Zygote(limits, needed, str(settings["base"]), bool(settings["contained"]))
    # Errors could be told until here; from now on nobody reads them.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.close(nothing)
    gc.collect()
    gc.freeze()  # a collection in a child must not copy every page of the zygote
    gc.enable()
    zygote.serve()
