"""The line of things waiting to happen, taken one at a time.

Models, test runs and timers work side by side; what they lead to happens here, one step after
another, in the order in which it became due. So a session has one order of events, and whoever
holds the line holds the whole team: the debugger needs no second engine.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Steps:
    """A first-in, first-out line of steps; each is a function that awaits nothing."""

    def __init__(self) -> None:
        self._line: asyncio.Queue[Callable[[], Any] | None] = asyncio.Queue()

    async def due(self, do: Callable[[], T]) -> T:
        """Put `do` in line and return its result once it has been done. If it raises, so does
        this."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def step() -> None:
            if done.cancelled():
                return
            try:
                done.set_result(do())
            except Exception as error:  # noqa: BLE001  (it belongs to whoever waits for the step)
                done.set_exception(error)

        self._line.put_nowait(step)
        return await done

    def later(self, do: Callable[[], Any]) -> None:
        """Put `do` in line and go on. If it raises, so does the session's loop."""
        self._line.put_nowait(do)

    def wake(self) -> None:
        """Make a waiting `next` return `None`: look again whether there is more to do."""
        self._line.put_nowait(None)

    async def next(self) -> Callable[[], Any] | None:
        """The next step, waiting until there is one."""
        return await self._line.get()
