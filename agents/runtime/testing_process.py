"""The test worker's process as its runner sees it: a snapshot goes in, an answer comes out.

It exists so that the runner meets neither pipes nor command lines. It never waits by the event
loop's clock, which may be virtual: time limits are kept by the worker in real time, and a thread
ends a worker that does not keep them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import struct
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from agents.runtime.confinement import ENVIRONMENT, Confinement, package_paths

_WORKER = Path(__file__).with_name("testing_worker")
_BOOT = """\
import gc, json, sys
gc.disable()  # until all is imported; then it is frozen
settings = json.loads(sys.argv[1])
sys.path.insert(0, settings["code"])
sys.path += [path for path in settings["packages"] if path not in sys.path]
from testing_worker import warmup
needed = warmup.warm_up()
from testing_worker import zygote
sys.path.remove(settings["code"])
zygote.serve(needed, settings)
"""
# For the namespaces that bubblewrap made, not for the machine; children drop them all.
_CAPABILITIES = ("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_RESOURCE")
_PYTHON = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
_PYTEST = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "NO_COLOR": "1", "COLUMNS": "80"}
_START_SECONDS = 60.0
_GRACE_SECONDS = 15.0
_LENGTH = struct.Struct("!I")
_LONGEST_COMPLAINT = 2000


class Limits(msgspec.Struct, frozen=True):
    """What one run may use. `wall` and `cpu` in seconds; `memory`, `disk` and `file_size` in
    bytes (memory of each process, and twice that for all together); `output` in characters."""

    wall: float = 20.0
    cpu: int = 20
    memory: int = 1 << 30
    disk: int = 128 << 20
    file_size: int = 16 << 20
    processes: int = 64
    output: int = 16_000


class Answer(msgspec.Struct, frozen=True):
    """What the worker says of one run; fields as in `TestOutcome`."""

    id: int
    seconds: float
    returncode: int
    passed: int
    failed: int
    errors: int
    failures: tuple[str, ...]
    output: str


class WorkerDied(Exception):
    """The worker ended before it answered; the message is what it last complained of."""


class _Hello(msgspec.Struct, frozen=True):
    hello: int
    isolated: bool


class WorkerProcess:
    """A running worker; made by `start`, ended by `close`.

    `isolated` says whether each run has namespaces of its own. Any number of requests may be
    under way at once; when the worker dies, all of them raise `WorkerDied`.
    """

    def __init__(self, process: asyncio.subprocess.Process, limits: Limits, base: str) -> None:
        self.isolated = False
        self._process = process
        self._limits = limits
        self._base = base
        self._pending: dict[int, asyncio.Future[Answer]] = {}
        self._number = 0
        self._reader: asyncio.Task[None] | None = None
        self._complaint = ""

    @property
    def pid(self) -> int:
        """The number of the outermost process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether requests can be answered."""
        return self._reader is not None and not self._reader.done()

    @classmethod
    async def start(cls, confinement: Confinement, limits: Limits) -> WorkerProcess:
        """Start a worker and wait until it is warm. Raises `WorkerDied` when it cannot be."""
        base = "" if confinement.confines else tempfile.mkdtemp(prefix="crosstalk-tests-")
        settings = {
            "code": str(_WORKER.parent),
            "packages": [str(path) for path in package_paths()],
            "limits": msgspec.to_builtins(limits),
            "contained": confinement.confines,
            "base": base or "/tmp",
        }
        argv = [sys.executable, "-s", "-P", "-B", "-c", _BOOT]
        argv.append(msgspec.json.encode(settings).decode())
        environment = _environment(base)
        command = confinement.command(
            argv, readable=[_WORKER], capabilities=_CAPABILITIES, environment=environment
        )
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=environment,
                cwd="/",
                start_new_session=True,  # an interrupt at the terminal is not for it
            )
        except OSError as error:
            shutil.rmtree(base, ignore_errors=True)
            raise WorkerDied(f"the worker could not be started: {error}") from error
        worker = cls(process, limits, base)
        try:
            await worker._greet()
        except BaseException:
            await worker.close()
            raise
        return worker

    async def request(
        self, files: Sequence[tuple[str, bytes]], tests: Sequence[str], script: str = ""
    ) -> Answer:
        """Run `tests`, or the file `script` instead, in a workspace of `files`. Raises
        `WorkerDied`."""
        self._number += 1
        number = self._number
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if not self.alive:
            raise WorkerDied(self._complaint or "it had ended")
        self._pending[number] = answered
        header = msgspec.json.encode(
            {
                "id": number,
                "tests": tests,
                "script": script,
                "files": [(path, len(data)) for path, data in files],
            }
        )
        size = _LENGTH.size + len(header) + sum(len(data) for _, data in files)
        stdin = self._process.stdin
        assert stdin is not None
        with self._guard(self._limits.wall + _GRACE_SECONDS):
            try:
                stdin.write(_LENGTH.pack(size) + _LENGTH.pack(len(header)) + header)
                stdin.writelines(data for _, data in files)
                await stdin.drain()
                return await answered
            except ConnectionError as error:
                raise WorkerDied(str(error)) from error
            finally:
                self._pending.pop(number, None)
                if answered.done() and not answered.cancelled():
                    answered.exception()  # seen, also when writing failed before it

    async def close(self) -> None:
        """End the worker and all it runs; nothing of it is left when this returns."""
        stdin = self._process.stdin
        assert stdin is not None
        with self._guard(_GRACE_SECONDS):
            stdin.close()
            if self._reader is not None:
                await self._reader
            await self._process.wait()
        if self._base:
            await asyncio.to_thread(shutil.rmtree, self._base, ignore_errors=True)

    async def _greet(self) -> None:
        with self._guard(_START_SECONDS):
            try:
                hello = msgspec.json.decode(await self._frame(), type=_Hello)
            except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError) as error:
                self._kill()
                raise WorkerDied(await self._last_words() or "it did not start") from error
        self.isolated = hello.isolated
        self._reader = asyncio.create_task(self._read(), name="test worker")

    async def _read(self) -> None:
        """Hand answers to those who wait for them until the worker ends."""
        decoder = msgspec.json.Decoder(Answer)
        try:
            while True:
                answer = decoder.decode(await self._frame())
                waiting = self._pending.get(answer.id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self._complaint = "it was killed or crashed"
        except msgspec.DecodeError as error:
            self._complaint = f"it answered nonsense: {error}"
            self._kill()
        finally:
            for waiting in self._pending.values():
                if not waiting.done():
                    waiting.set_exception(WorkerDied(self._complaint))

    async def _frame(self) -> bytes:
        stdout = self._process.stdout
        assert stdout is not None
        (length,) = _LENGTH.unpack(await stdout.readexactly(_LENGTH.size))
        return await stdout.readexactly(length)

    async def _last_words(self) -> str:
        stderr = self._process.stderr
        assert stderr is not None
        said = (await stderr.read()).decode("utf-8", "replace").strip()
        return said[-_LONGEST_COMPLAINT:]

    @contextlib.contextmanager
    def _guard(self, seconds: float) -> Iterator[None]:
        """Kill the worker when the body takes longer than `seconds` of real time."""
        loop = asyncio.get_running_loop()

        def late() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and the worker with it
                loop.call_soon_threadsafe(self._kill)

        timer = threading.Timer(seconds, late)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _kill(self) -> None:
        # Not process.kill(): that also reaps, and asyncio's own watcher then finds no child.
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)


def _environment(base: str) -> dict[str, str]:
    places = {"TMPDIR": base, "HOME": base} if base else {}
    return {**ENVIRONMENT, **places, **_PYTHON, **_PYTEST}
