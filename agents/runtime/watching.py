"""The watch on the workspace for as long as a session runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from workspaces.files.gateway import Gateway
from workspaces.files.watcher import Eyes, watch
from workspaces.history.events import Warned


@asynccontextmanager
async def watching(gateway: Gateway, eyes: Eyes | None = None) -> AsyncIterator[None]:
    """Changes from outside are recorded while the body runs; it starts once the watch is set.
    What is noticed goes to `eyes`, else to the gateway.

    Raises `WatchError` when the folder cannot be watched. A watch that fails later is recorded as
    a warning: the team goes on, and outside writes are found when the gateway meets them.
    """
    stop, ready = asyncio.Event(), asyncio.Event()
    watch_task = asyncio.create_task(
        watch(gateway.root, eyes or gateway, stop=stop, ready=ready), name="watching"
    )
    set_up = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({watch_task, set_up}, return_when=asyncio.FIRST_COMPLETED)
        if watch_task.done():
            watch_task.result()
        watch_task.add_done_callback(lambda task: _warn(gateway, task))
        yield
    finally:
        stop.set()
        set_up.cancel()
        await asyncio.wait({watch_task})


def _warn(gateway: Gateway, task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()):
        gateway.record(Warned(text=f"Outside edits are no longer noticed: {error}"))
