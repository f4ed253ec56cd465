"""A model that gives the replies of a recording: a session run again, with no network and no cost.

It gives each agent's replies turn by turn, as slowly as they came, calls that failed and were made
again among them, and ignores its context: where a session takes another course than the recorded
one did, its words no longer fit, and it goes on all the same. After its last turn it only waits.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from agents.models.base import (
    CallFailed,
    Chunk,
    ModelError,
    Request,
    TextChunk,
    ToolChunk,
    Usage,
)
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.history.reader import load as load_history
from workspaces.history.reader import locate

PREFIX = "recorded:"
UNLIMITED = 1 << 40
"""Tokens: what was sent then is not known to have been cut for want of room."""


class Timed(NamedTuple):
    """A chunk, or how the call ended, `after` seconds of the call."""

    after: float
    what: Chunk | CallFailed


Call = list[Timed]


class Recording:
    """The calls of a recording, by agent and turn; more than one where calls failed."""

    def __init__(self, events: Iterable[e.AnyEvent]) -> None:
        self.calls: dict[tuple[str, int], list[Call]] = {}
        self.tools: set[str] = set()
        """Agents that acted by tool calls."""
        self._began: dict[str, float] = {}
        for event in events:
            self._take(event)

    def _take(self, event: e.AnyEvent) -> None:
        match event:
            case e.TurnStarted():
                self.calls[event.agent, event.turn] = [[]]
                self._began[event.agent] = event.t
            case e.Text():
                self._add(event, TextChunk(event.text))
            case e.ToolText():
                self.tools.add(event.agent)
                chunk = ToolChunk(
                    index=event.index, id=event.call, name=event.name, text=event.text
                )
                self._add(event, chunk)
            case e.CallFailed():
                self._add(event, CallFailed(event.error, event.detail))
                if event.retry_in is not None:
                    self.calls[event.agent, event.turn].append([])
                    self._began[event.agent] = event.t + event.retry_in
            case e.ReplyEnded() if event.finish != "error":
                usage = Usage(
                    tokens_in=event.tokens_in,
                    tokens_out=event.tokens_out,
                    cost_usd=0.0,
                    finish=event.finish,
                )
                self._add(event, usage)

    def _add(
        self, event: e.Text | e.ToolText | e.CallFailed | e.ReplyEnded, what: Chunk | CallFailed
    ) -> None:
        calls = self.calls.get((event.agent, event.turn))
        if calls:
            calls[-1].append(Timed(event.t - self._began[event.agent], what))


class RecordedModel:
    """What `agent` said in `recording`, under the name `name`."""

    def __init__(self, name: str, recording: Recording, agent: str) -> None:
        self.name = name
        self.calls_tools = agent in recording.tools
        self.context_tokens = UNLIMITED
        self._calls = recording.calls
        self._made: Counter[tuple[str, int]] = Counter()

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Four characters to a token."""
        return [len(text) // 4 for text in texts]

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The next recorded call of the agent's turn. Raises `CallFailed` where that one did."""
        key = request.agent, request.turn
        number = self._made[key]
        self._made[key] += 1
        calls = self._calls.get(key, [])
        now = 0.0
        for after, what in calls[number] if number < len(calls) else ():
            await asyncio.sleep(max(0.0, after - now))
            now = after
            if isinstance(what, CallFailed):
                raise CallFailed(what.kind, what.detail)
            yield what
            if isinstance(what, Usage):
                return
        if not calls:
            yield TextChunk(f"(The recording has no turn {request.turn} of {request.agent}.)\n")
            yield TextChunk("<wait/>")
        yield Usage(tokens_in=0, tokens_out=0, cost_usd=0.0)


def load(name: str, agent: str) -> RecordedModel:
    """The model of the name `recorded:SESSION` (a session folder or its history), as that agent
    has it.

    Raises `ModelError` when it cannot be read; of a damaged recording, what precedes the damage
    is used.
    """
    path = Path(name.removeprefix(PREFIX))
    try:
        recording = _recording(path, locate(path).stat().st_size)
    except CrosstalkError as error:
        raise ModelError(
            f"{str(path)[:80]!r} is no recording", f"{error.title}; {error.cause}", error.fix
        ) from error
    except OSError as error:
        raise ModelError(
            f"{str(path)[:80]!r} is no recording",
            error.strerror or str(error),
            "Give a session folder; `crosstalk list` shows yours.",
        ) from error
    return RecordedModel(name, recording, agent)


@lru_cache(maxsize=1)
def _recording(path: Path, size: int) -> Recording:
    """Read once for all agents of a session; histories only grow, so `size` tells them apart."""
    events, _ = load_history(path)
    return Recording(events)
