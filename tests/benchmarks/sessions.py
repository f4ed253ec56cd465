"""Session processes to measure, apart from those of real sessions."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]

from agents.runtime import control

PATIENCE: Final = 40.0
"""Seconds in which an agent has written its first file, or a process has ended, on any
machine."""


@contextmanager
def sockets_in(folder: Path) -> Iterator[None]:
    """Let the session's socket lie in `folder`, apart from those of real sessions."""
    name = "XDG_RUNTIME_DIR"
    before = os.environ.get(name)
    os.environ[name] = str(folder)
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


def end(session: Path) -> None:
    """Stop the session, and wait until its process has left the folder alone."""
    ours = [p for p in psutil.Process().children() if "agents.runtime.process" in p.cmdline()]
    command(session, "stop")
    _, left = psutil.wait_procs(ours, timeout=PATIENCE)
    for stuck in left:
        stuck.kill()


def command(session: Path, name: str) -> None:
    """Give the session that command."""

    async def send() -> None:
        connection = await control.connect(session)
        await connection.send(name)
        await connection.aclose()

    asyncio.run(send())
