"""Making accepted writes commits, many at a time, beside the session's loop."""

import asyncio
from contextlib import suppress

from agents.runtime.clock import Clock
from agents.runtime.recorder import Recorder
from workspaces.files.gateway import Gateway
from workspaces.files.repository import RepositoryError
from workspaces.history import events as e


class Committing:
    """Commits what the gateway has queued, `clock.commit_seconds` after the first of it."""

    def __init__(self, recorder: Recorder, gateway: Gateway, clock: Clock) -> None:
        self._recorder = recorder
        self._gateway = gateway
        self._clock = clock
        self._pending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        recorder.observe(self._notice)

    def start(self) -> None:
        """Begin to commit."""
        self._task = asyncio.create_task(self._run(), name="committing")

    async def finish(self) -> None:
        """Commit what is left and leave the repository as a person expects to find it."""
        self._closing.set()
        self._pending.set()
        if self._task:
            await self._task
        with self._clock.working():
            await asyncio.to_thread(self._gateway.repository.refresh_index)

    def _notice(self, event: e.AnyEvent) -> None:
        if isinstance(event, e.FileWritten | e.OutsideWrite):
            self._pending.set()

    async def _run(self) -> None:
        while not self._closing.is_set():
            await self._pending.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._clock.commit_seconds)
            await self._commit()

    async def _commit(self) -> None:
        """One checkpoint. What git refuses stays queued: the next write, or the end, tries again;
        the writes themselves are safe in the history."""
        self._pending.clear()
        try:
            with self._clock.working():
                commits = await self._gateway.commit()
        except RepositoryError as error:
            self._recorder.record(e.Warned(text=f"Writes could not be committed: {error}"))
        else:
            if commits:
                self._recorder.record(e.WritesCommitted(commits=tuple(commits)))
