"""The gate before every step: open while the session runs, closed while a person holds it."""

import asyncio
from contextlib import ExitStack

from agents.runtime.clock import Clock


class Gate:
    """Starts open. While it is closed no step is taken, and virtual time stands still; models
    that are replying go on, and what they say waits in line."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open = asyncio.Event()
        self._open.set()
        self._hold = ExitStack()

    @property
    def closed(self) -> bool:
        """Whether steps must wait."""
        return not self._open.is_set()

    def close(self) -> None:
        """Let no further step through."""
        if not self.closed:
            self._open.clear()
            self._hold.enter_context(self._clock.working())

    def open(self) -> None:
        """Let steps through again."""
        self._open.set()
        self._hold.close()

    async def passage(self) -> None:
        """Return once the gate is open."""
        await self._open.wait()
