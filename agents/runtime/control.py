"""Commands to a running session, over a socket that only its user may open.

One JSON object a line each way: `{"command": "pause", "argument": ""}` is answered by
`{"ok": true, "text": ""}`. The socket lies in a folder of the user's own and is named after the
session's folder, so that whoever can name the session finds its team.
"""

import asyncio
import fcntl
import os
import socket
import stat
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from agents.runtime.standstill import Standstill
from workspaces.errors import CrosstalkError

LONGEST_FOLDER = 70
"""Bytes of a folder's path in which a socket still fits: a socket's own may hold about 104."""

MOST_BYTES = 1 << 20
"""The longest command or answer."""

LOOK_SECONDS = 0.1
"""How often to look, while a command is carried out, whether the session stands still by now."""

GOODBYE_SECONDS = 1.0
"""How long the end of a session may wait for what its last commands are answered."""


class NotRunning(CrosstalkError):
    """No team is at work on that session."""


class Command(Struct, frozen=True):
    """What a person asks of a session."""

    command: str
    argument: str = ""


class Answer(Struct, frozen=True):
    """Whether it was done, and what there is to say."""

    ok: bool
    text: str = ""


def runtime_folder() -> Path:
    """The user's own folder for sockets, made if need be.

    Raises `CrosstalkError` when somebody else owns what lies there.
    """
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(base) / "crosstalk"
    if not Path(base).is_absolute() or not Path(base).is_dir():
        folder = Path(tempfile.gettempdir()) / f"crosstalk-{os.getuid()}"
    elif len(os.fsencode(folder)) > LONGEST_FOLDER:
        other = sha256(os.fsencode(base)).hexdigest()[:8]
        folder = Path(tempfile.gettempdir()) / f"crosstalk-{os.getuid()}-{other}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
        raise CrosstalkError(
            f"{folder} is not yours alone",
            "commands to a session pass through it",
            "Remove it, or set XDG_RUNTIME_DIR to a folder of your own.",
        )
    return folder


def socket_path(session: Path) -> Path:
    """Where the team of the session in folder `session` listens."""
    return runtime_folder() / (sha256(os.fsencode(session.resolve())).hexdigest()[:24] + ".sock")


def running() -> list[Path]:
    """The folders of the sessions at work now that this user may command, newest last.

    What killed processes left is removed.
    """
    found = []
    folder = runtime_folder()
    for link in folder.glob("*.session"):
        session = Path(os.readlink(link))
        if _answers(socket_path(session)):
            found.append((link.lstat().st_mtime, session))
            continue
        with _alone(folder):
            if not _answers(socket_path(session)):  # still, now that no other can begin
                socket_path(session).unlink(missing_ok=True)
                link.unlink(missing_ok=True)
    return [session for _, session in sorted(found)]


def is_running(session: Path) -> bool:
    """Whether a team is at work on the session in that folder."""
    return _answers(socket_path(session))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While this lasts no other process adds a session to the runtime folder, or removes one."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(os.fspath(path))
        except OSError:
            return False
    return True


class Control:
    """A connection to a running session."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()

    async def send(self, command: str, argument: str = "") -> str:
        """What the session says to the command.

        Raises `NotRunning` when its process is gone, `CrosstalkError` when it refuses.
        """
        async with self._turn:
            try:
                self._writer.write(msgspec.json.encode(Command(command, argument)) + b"\n")
                await self._writer.drain()
                line = await self._reader.readline()
            except (OSError, ValueError) as error:
                raise _gone() from error
        if not line:
            raise _gone()
        answer = msgspec.json.decode(line, type=Answer)
        if not answer.ok:
            raise CrosstalkError(f"The session refused to {command}", answer.text)
        return answer.text

    async def aclose(self) -> None:
        """Hang up; the session goes on."""
        self._writer.close()
        with suppress(OSError):  # the other side hung up first
            await self._writer.wait_closed()


async def connect(session: Path) -> Control:
    """A connection to the team at work on the folder `session`. Raises `NotRunning`."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket_path(session), limit=MOST_BYTES)
    except OSError as error:
        raise _gone() from error
    return Control(reader, writer)


def _gone() -> NotRunning:
    return NotRunning(
        "The team is not running",
        "its process has ended",
        "Use `crosstalk replay` to look at what it did.",
    )


class ControlServer:
    """Answers commands by `handle`, which returns what to say or raises `CrosstalkError`.

    It listens in a thread of its own and has `handle` called in the loop that started it. So it
    answers while the session stands still: `ping` as ever, `stop` by ending it there, all else by
    saying why not.
    """

    def __init__(
        self,
        session: Path,
        handle: Callable[[Command], Coroutine[Any, Any, str]],
        standstill: Standstill | None = None,
    ) -> None:
        self._path = socket_path(session)
        self._link = self._path.with_suffix(".session")
        self._folder = session.resolve()
        self._handle = handle
        self._standstill = standstill or Standstill()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._own: asyncio.AbstractEventLoop | None = None
        self._ends = asyncio.Event()
        self._thread: threading.Thread | None = None
        self._open: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}
        self._answering: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Listen. A socket that a killed process left is replaced; the history's lock already
        makes sure that there is only one process for a session."""
        self._loop = asyncio.get_running_loop()
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._listen(ready)), name="control", daemon=True
        )
        self._thread.start()
        await asyncio.to_thread(ready.result)

    async def aclose(self) -> None:
        """Stop listening and hang up on everyone."""
        if self._thread and self._own:
            self._own.call_soon_threadsafe(self._ends.set)
            await asyncio.to_thread(self._thread.join)
            self._own = None
            self._path.unlink(missing_ok=True)
            self._link.unlink(missing_ok=True)

    async def _listen(self, ready: "Future[None]") -> None:
        try:
            with _alone(self._path.parent):
                self._path.unlink(missing_ok=True)
                server = await asyncio.start_unix_server(self._meet, self._path, limit=MOST_BYTES)
                self._path.chmod(0o600)
                self._link.unlink(missing_ok=True)
                self._link.symlink_to(self._folder)
        except BaseException as error:
            ready.set_exception(error)
            raise
        self._own = asyncio.get_running_loop()
        ready.set_result(None)
        await self._ends.wait()
        # Whoever is accepted but not met yet: asyncio forgets their sockets when it is closed.
        while accepted := asyncio.all_tasks() - {asyncio.current_task(), *self._open}:
            await asyncio.wait(accepted)
        server.close()
        for task, writer in self._open.items():
            if task not in self._answering:
                writer.close()
        if serving := set(self._open):
            await asyncio.wait(serving, timeout=GOODBYE_SECONDS)
        for writer in self._open.values():
            writer.transport.abort()  # whoever has not taken the answer by now
        await asyncio.sleep(0)

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Known from the first moment on: else the end could come before its task has begun."""
        task = asyncio.create_task(self._serve(reader, writer))
        self._open[task] = writer
        task.add_done_callback(self._open.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        try:
            while not self._ends.is_set() and (line := await reader.readline()):
                self._answering.add(task)
                writer.write(msgspec.json.encode(await self._answer(line)) + b"\n")
                await writer.drain()
                self._answering.discard(task)
        except (OSError, ValueError):
            pass  # hung up in mid-line, or sent a line without end: nobody is left to tell
        finally:
            self._answering.discard(task)
            writer.close()
            with suppress(OSError):  # the other side hung up first
                await writer.wait_closed()

    async def _answer(self, line: bytes) -> Answer:
        try:
            command = msgspec.json.decode(line, type=Command)
        except msgspec.DecodeError as error:
            return Answer(False, f"not a command ({error})")
        if reason := self._standstill.reason:
            return self._answer_still(command, reason)
        begun = threading.Event()

        async def doing() -> str:
            begun.set()
            return await self._handle(command)

        assert self._loop
        deed = asyncio.run_coroutine_threadsafe(doing(), self._loop)
        done = asyncio.wrap_future(deed)
        while not (await asyncio.wait({done}, timeout=LOOK_SECONDS))[0]:
            if reason := self._standstill.reason:
                if begun.is_set():
                    return Answer(False, f"{reason} The command is carried out then.")
                done.cancel()
                return self._answer_still(command, reason)
        try:
            return Answer(True, await done)
        except CrosstalkError as error:
            return Answer(False, str(error))

    def _answer_still(self, command: Command, reason: str) -> Answer:
        """What to say while the session stands still."""
        if command.command == "ping":
            return Answer(True, str(self._standstill.seq))
        if command.command == "stop":
            self._standstill.stop()
            return Answer(True)
        return Answer(False, reason)


def ask(session: Path, command: str, argument: str = "") -> str:
    """What the session in a folder says to one command, for whoever has no event loop. Blocks.

    Raises as `Control.send` does.
    """

    async def once() -> str:
        control = await connect(session)
        try:
            return await control.send(command, argument)
        finally:
            await control.aclose()

    return asyncio.run(once())
