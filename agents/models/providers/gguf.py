"""Models in files on this machine (`gguf:PATH`), served by a child for as long as a session lasts.

They are called through litellm like every other server of one's own.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from agents.models.base import ModelError

PREFIX: Final = "gguf:"
EXTRA: Final = "xllamacpp"
"""The package of the extra `local` that serves such files."""
MOST_SLOTS: Final = 4
"""Calls that are served at once; more wait in line. Each has a context of its own in memory."""
START_SECONDS: Final = 300.0
_MAGIC: Final = b"GGUF"
_COMPLAINT: Final = 600


def path_of(name: str) -> Path:
    """The file that a model's name names."""
    return Path(name.removeprefix(PREFIX)).expanduser()


def check(name: str) -> None:
    """Raise `ModelError` when the file cannot be served."""
    path = path_of(name)
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        cause = error.strerror or str(error)
        raise ModelError(f"No model in {path}", cause, "Name a GGUF file.") from error
    if magic != _MAGIC:
        raise ModelError(f"No model in {path}", "it is not in the GGUF format", "Name another.")
    if not find_spec(EXTRA):
        raise ModelError(
            f"Models in files need {EXTRA}",
            "it is not installed",
            "Install it with the extra: pip install 'crosstalk-tui[local]'.",
        )


class GgufServer:
    """A child that serves one file. Use as a context; it ends with it."""

    def __init__(self, name: str, agents: int) -> None:
        self._path = path_of(name)
        self._slots = min(agents, MOST_SLOTS)
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""
        self.context_tokens = 0

    async def __aenter__(self) -> "GgufServer":
        """Begin to load the file."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # what the folder that one stands in calls `agents` is not ours
            "-m",
            "agents.models.providers.gguf_server",
            str(self._path.absolute()),
            str(self._slots),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stderr
        self._log = asyncio.create_task(_tail(self._process.stderr), name="model server's log")
        return self

    async def ready(self) -> None:
        """Return once it serves, with `url` and `context_tokens` known. Raises `ModelError`."""
        assert self._process
        assert self._process.stdout
        line = b""
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                line = await self._process.stdout.readline()
        if not line:
            self._kill()
            cause = " ".join((await self._log).split())[-_COMPLAINT:]
            fix = "See that the file is whole and fits into memory."
            raise ModelError(f"{self._path} cannot be served", cause, fix)
        found = json.loads(line)
        self.url, self.context_tokens = found["url"], found["context"]

    async def __aexit__(self, *_: object) -> None:
        if self._process:
            self._kill()
            await self._process.wait()
            await asyncio.wait({self._log}, timeout=5.0)  # it ends with the pipe
            self._log.cancel()

    def _kill(self) -> None:
        assert self._process
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)


async def _tail(stream: asyncio.StreamReader) -> str:
    said = b""
    while more := await stream.read(4096):
        said = (said + more)[-4 * _COMPLAINT :]
    return said.decode("utf-8", "replace")
