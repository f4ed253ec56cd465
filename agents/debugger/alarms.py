"""Stopping where time runs out: breakpoints on waiting that nothing which happens would tell of."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from agents.debugger.conditions import TICK
from agents.debugger.stops import Stops
from workspaces.history import events as e
from workspaces.history.state import State


class Alarms:
    """Has `stops` looked at when a breakpoint comes to hold by time alone. `later` puts a step in
    the session's line, `now` is its clock. Tell `observe` of every event."""

    def __init__(
        self, stops: Stops, state: State, later: Callable[[Callable[[], None]], None],
        now: Callable[[], float],
    ) -> None:  # fmt: skip
        self._stops = stops
        self._state = state
        self._later = later
        self._now = now
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Something happened: when to look may have changed."""
        if self._stops.breakpoints.all:
            self._changed.set()

    def start(self) -> None:
        """Begin to watch the clock."""
        self._task = asyncio.create_task(self._run(), name="alarms")

    async def finish(self) -> None:
        """Watch it no more."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            due = self._stops.breakpoints.due(self._state)
            if due is not None and due + TICK <= self._now():
                self._later(self._look)
                due = None
            left = None if due is None else due + TICK - self._now()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)

    def _look(self) -> None:
        self._stops.look(self._state, self._now())
        self._changed.set()
