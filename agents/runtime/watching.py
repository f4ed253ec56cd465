"""The watch on the workspace for as long as a session runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from workspaces.files.gateway import Gateway
from workspaces.files.watcher import watch


@asynccontextmanager
async def watching(gateway: Gateway) -> AsyncIterator[None]:
    """Changes from outside are recorded while the body runs; it starts once the watch is set.

    Raises `WatchError` when the folder cannot be watched.
    """
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(
        watch(gateway.root, gateway, stop=stop, ready=ready), name="watching"
    )
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield
    finally:
        stop.set()
        waiting.cancel()
        await task
