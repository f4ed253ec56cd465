"""The worker processes as the session sees them: started early, shared out, replaced.

One process imports litellm and forks the workers. All of them live in a process group of their
own and end when the session's sockets close, so that nothing outlives it however it ends. A worker
that dies fails the calls it had, and the next call has a new one forked.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from itertools import count
from typing import Final

from agents.models.base import CallFailed, ModelError
from agents.models.providers import wire
from agents.models.providers.secrets import scrubbed

CALLS_A_WORKER: Final = 6
"""Streams at 60 tokens a second that one worker keeps up with, with room to spare: litellm spends
about a millisecond of CPU on a chunk."""
START_SECONDS: Final = 120.0
"""litellm's import takes 5 s; a machine at its limits may take very much longer."""
SILENCE_SECONDS: Final = 60.0
"""A worker that has calls and was not heard for so long hangs: it says something every second."""
_CLOSE_SECONDS: Final = 5.0
_COMPLAINT: Final = 2000


def workers_for(agents: int) -> int:
    """How many workers a team of that size is given on this machine."""
    return max(1, min(os.cpu_count() or 1, -(-agents // CALLS_A_WORKER)))


class _Link:
    """One worker."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls: dict[int, asyncio.Queue[wire.Answer | None]] = {}
        """What has come for each call; `None` once the worker is dead."""
        self.pid = 0
        self._writer = writer
        self._heard = time.monotonic()
        self._reading = asyncio.create_task(self._read(reader), name="provider worker")

    @property
    def alive(self) -> bool:
        """Whether it takes orders."""
        return not self._reading.done()

    def send(self, order: wire.Order) -> None:
        """Give an order; to a dead worker it goes unheard."""
        if self.alive:
            self._writer.write(wire.frame(order))

    def kill_if_silent(self) -> None:
        """End the worker if it hangs."""
        if self.pid and time.monotonic() - self._heard > SILENCE_SECONDS:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def aclose(self) -> None:
        """Hang up."""
        self._reading.cancel()
        await asyncio.wait({self._reading})
        with suppress(ConnectionError):  # it was gone already
            await self._writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while answers := await wire.answers(reader):
                self._heard = time.monotonic()
                for answer in answers:
                    if isinstance(answer, wire.Ready):
                        self.pid = answer.pid
                    elif not isinstance(answer, wire.Beat) and answer.id in self.calls:
                        self.calls[answer.id].put_nowait(answer)
        finally:
            self._writer.close()
            for waiting in self.calls.values():
                waiting.put_nowait(None)


class Workers:
    """Up to `number` workers. Use as a context: they end with it."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._ids = count(1)
        self._links: list[_Link] = []
        self._root: _Root | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> "Workers":
        """Begin to import litellm; nobody waits for it yet."""
        self._root = await _Root.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for link in self._links:
            await link.aclose()
        if self._root:
            await self._root.aclose()

    async def version(self) -> str:
        """The release of litellm that is in use. Raises `ModelError` when it cannot be used."""
        assert self._root
        return await self._root.version()

    @property
    def pids(self) -> list[int]:
        """The processes: the one that forks, and the workers there are."""
        root = [self._root.pid] if self._root else []
        return root + [link.pid for link in self._links if link.alive and link.pid]

    async def look(self, model: str, api_base: str = "") -> wire.Looked:
        """What is known of a model. Raises `ModelError` when it cannot be called."""
        order = wire.Look(id=next(self._ids), model=model, api_base=api_base)
        answer = await self._answer(order)
        assert isinstance(answer, wire.Looked)
        return answer

    async def count(self, model: str, texts: tuple[str, ...]) -> tuple[int, ...]:
        """How many tokens each text has. Raises `CallFailed`."""
        answer = await self._answer(wire.Count(id=next(self._ids), model=model, texts=texts))
        assert isinstance(answer, wire.Counted)
        return answer.counts

    async def ask(self, ask: wire.Ask, patience: float) -> AsyncGenerator[wire.Answer]:
        """The answers to a call, up to and with `Done`. Its number is given to it here.

        Raises `CallFailed`, also when nothing comes for `patience` seconds, and `ModelError`.
        Closing the generator ends the call.
        """
        async with aclosing(self._answers(ask, patience)) as answers:
            async for answer in answers:
                yield answer
                if isinstance(answer, wire.Done):
                    return

    def next_id(self) -> int:
        """A number for a call."""
        return next(self._ids)

    async def _answer(self, order: wire.Count | wire.Look) -> wire.Answer:
        async with aclosing(self._answers(order, START_SECONDS)) as answers:
            return await anext(answers)

    async def _answers(
        self, order: wire.Ask | wire.Count | wire.Look, patience: float
    ) -> AsyncGenerator[wire.Answer]:
        link = await self._link()
        waiting: asyncio.Queue[wire.Answer | None] = asyncio.Queue()
        link.calls[order.id] = waiting
        answer: wire.Answer | None = None
        try:
            link.send(order)
            while True:
                try:
                    async with asyncio.timeout(patience):
                        answer = await waiting.get()
                except TimeoutError:
                    link.kill_if_silent()
                    raise CallFailed("timeout", f"nothing came for {patience:g} s") from None
                if answer is None:
                    raise CallFailed("connection", "the process that talks to providers ended")
                if isinstance(answer, wire.Failed):
                    raise _error(answer)
                yield answer
        finally:
            del link.calls[order.id]
            if isinstance(order, wire.Ask) and not isinstance(answer, wire.Done | wire.Failed):
                link.send(wire.Cancel(order.id))

    async def _link(self) -> _Link:
        """The least busy worker; a new one while there are not enough."""
        async with self._opening:
            for link in [link for link in self._links if not link.alive]:
                self._links.remove(link)
                await link.aclose()
            idle = any(not link.calls for link in self._links)
            if len(self._links) < self._number and not idle:
                self._links.append(await self._open())
            return min(self._links, key=lambda link: len(link.calls))

    async def _open(self) -> _Link:
        if self._root is None or not self._root.alive:
            if self._root:
                await self._root.aclose()
            self._root = await _Root.start()
        mine = await self._root.fork()
        reader, writer = await asyncio.open_unix_connection(sock=mine)
        return _Link(reader, writer)


class _Root:
    """The process that imports litellm and forks the workers."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control
        assert process.stderr
        # Read on for as long as it lives: nobody may be held up by a full pipe.
        self._complaining = asyncio.create_task(_tail(process.stderr), name="complaints")
        self._ready: asyncio.Task[wire.Ready] = asyncio.create_task(self._greet())

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can fork."""
        return self._process.returncode is None

    @classmethod
    async def start(cls) -> "_Root":
        """Start it; it imports while others work."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # what the folder that one stands in calls `agents` is not ours
                "-m",
                "agents.models.providers.worker",
                str(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # an interrupt at the terminal is not for it
            )
        ours.setblocking(False)
        return cls(process, ours)

    async def version(self) -> str:
        """litellm's, once it is imported. Raises `ModelError` when it cannot be."""
        ready = await asyncio.shield(self._ready)
        if ready.trouble:
            fix = "Install another: pip install 'litellm>=1.100,!=1.82.7,!=1.82.8'."
            raise ModelError("Providers' models cannot be used", ready.trouble, fix)
        return ready.version

    async def fork(self) -> socket.socket:
        """The session's end of a socket to a new worker. Raises `ModelError` when litellm cannot
        be used, `CallFailed` when the process has ended meanwhile."""
        await self.version()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                detail = "the process that talks to providers ended"
                raise CallFailed("connection", detail) from error
        ours.setblocking(False)
        return ours

    async def aclose(self) -> None:
        """End it and all it forked; nothing of them is left when this returns."""
        importing = not self._ready.done()
        self._ready.cancel()
        self._control.close()
        with suppress(TimeoutError):  # stuck
            async with asyncio.timeout(0 if importing else _CLOSE_SECONDS):
                await self._process.wait()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        # It ends with the pipe, which the last of them has let go of: then nothing is left open.
        await asyncio.wait({self._ready, self._complaining}, timeout=_CLOSE_SECONDS)
        self._complaining.cancel()

    async def _greet(self) -> wire.Ready:
        """Its first word. What it complained of instead is a `trouble`."""
        try:
            async with asyncio.timeout(START_SECONDS):
                body = await self._receive(4)
                body = await self._receive(int.from_bytes(body)) if body else b""
            if body:
                return wire.ready(body)
            said = scrubbed(await self._complaining).strip()[-_COMPLAINT:]
            return wire.Ready(self.pid, trouble=said or "litellm did not start")
        except TimeoutError:
            return wire.Ready(self.pid, trouble=f"litellm did not start in {START_SECONDS:g} s")

    async def _receive(self, size: int) -> bytes:
        loop, found = asyncio.get_running_loop(), b""
        while len(found) < size:
            more = await loop.sock_recv(self._control, size - len(found))
            if not more:
                return b""
            found += more
        return found


async def _tail(stream: asyncio.StreamReader) -> str:
    """The end of what is said, once it has ended."""
    said = b""
    while more := await stream.read(4096):
        said = (said + more)[-_COMPLAINT:]
    return said.decode("utf-8", "replace")


def _error(failed: wire.Failed) -> ModelError:
    if failed.kind:
        return CallFailed(failed.kind, failed.detail, failed.retry_after)
    return ModelError(failed.title, failed.detail, failed.fix)
