"""Telling a control that time has passed."""

import asyncio
from contextlib import suppress

from agents.runtime.steps import Steps
from workspaces.files.controls.control import Control


class Keeping:
    """Calls `control.tick` every `control.tick_seconds`, if it wants to be called."""

    def __init__(self, steps: Steps, control: Control) -> None:
        self._steps = steps
        self._control = control
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tick."""
        if self._control.tick_seconds:
            self._task = asyncio.create_task(self._run(), name="keeping")

    async def finish(self) -> None:
        """Tick no more."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._control.tick_seconds)
            self._steps.later(self._control.tick)
