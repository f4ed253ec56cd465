"""One reply of a model, however often it has to be asked for it.

A call that fails in a way that passes is made again, ever more slowly; every failure is recorded,
and what had streamed by then counts for nothing. When patience is at its end the turn ends without
a reply and the team goes on. Only when nobody's calls succeed any more is the session given up.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from itertools import groupby
from random import Random
from typing import Final

from msgspec.structs import replace

from agents.models.base import (
    CallFailed,
    Chunk,
    Model,
    ModelError,
    Request,
    TextChunk,
    ToolChunk,
    Usage,
)
from agents.protocol.reply import Reply, ReplyBuilder
from agents.runtime.clock import Clock
from agents.runtime.landing import Landings
from agents.runtime.presence import Presence
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from workspaces.files.controls.control import Control
from workspaces.history import events as e

BATCH_SECONDS: Final = 0.15
"""Streamed text is recorded in batches of at least this length: six events a second and agent
look fluid on a screen, and a crash loses no more than that of what was said."""

ATTEMPTS: Final = {
    "rate-limit": 8,
    "overloaded": 8,
    "connection": 6,
    "cut-off": 4,
    "timeout": 3,
    "empty": 3,
    "refused": 2,
    "context-window": 1,
}
"""How often a call is made at most, by how it failed last. What is paid for each time, or takes
minutes each time, is tried less often than what a busy server turns away at once."""
FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
"""Seconds before the second attempt, doubled each time, and the most. Eight attempts take about
a minute and a half, longer than the windows by which providers count calls."""
LONGEST_ORDERED: Final = 300.0
"""A provider that tells to come back later than this is not waited for."""
TURNS_WITHOUT: Final = 3
"""Turns in a row without a reply, of every agent that is asked, after which the session fails."""

_FIXES: Final = {
    "rate-limit": "Use fewer agents, or another model; the provider's console shows its limits.",
    "context-window": "Choose a model with a longer context, or fewer agents and smaller files.",
    "connection": "See that the server is running and --api-base names it.",
    "timeout": "See that the server is running and keeps up with so many agents.",
    "refused": "Reword the tasks, or choose another model.",
    "empty": "Choose another model.",
}
_LATER: Final = "Try again later, or choose another model."


class Calling:
    """Asks models for replies. One for a session; calls of different agents run side by side."""

    def __init__(
        self,
        recorder: Recorder,
        steps: Steps,
        clock: Clock,
        presence: Presence,
        control: Control,
        landings: Landings,
    ) -> None:
        self._recorder = recorder
        self._steps = steps
        self._clock = clock
        self._presence = presence
        self._control = control
        self._landings = landings
        self._without: dict[str, int] = {}
        """Turns without a reply of each agent since any agent had one."""
        self._asking: set[str] = set()

    async def reply(self, model: Model, request: Request) -> None:
        """Have the model reply, recorded as it streams; from its end on the reply is in hand
        (`Landings`), one without parts when the call was given up.

        Raises `ModelError` when no call of this model can succeed, or nobody's has for several
        turns; `Gone` when the agent crashes.
        """
        self._asking.add(request.agent)
        try:
            await self._persist(model, request)
        finally:
            self._asking.discard(request.agent)

    async def _persist(self, model: Model, request: Request) -> None:
        attempt = 1
        while True:
            began = self._clock.now()
            try:
                reply, usage = await self._attempt(model, request)
            except CallFailed as failure:
                wait = self._wait(failure, request, attempt)
                await self._presence.passage(request.agent)
                await self._failed(failure, request, attempt, wait)
                if wait is None:
                    nothing = Usage(tokens_in=0, tokens_out=0, finish="error")
                    await self._ended(request, began, nothing, Reply())
                    self._give_up(failure, request)
                    return
                await asyncio.sleep(wait)
                await self._presence.passage(request.agent)
                attempt += 1
            else:
                self._without.clear()
                await self._ended(request, began, usage, reply)
                return

    async def _attempt(self, model: Model, request: Request) -> tuple[Reply, Usage]:
        """One call. Raises `CallFailed`."""
        reply = ReplyBuilder()
        batch: list[TextChunk | ToolChunk] = []
        batch_began = self._clock.now()
        usage = Usage(tokens_in=0, tokens_out=0)
        async with aclosing(_closable(model.stream(request))) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, Usage):
                    usage = chunk
                    continue
                batch.append(chunk)
                if self._clock.now() - batch_began >= BATCH_SECONDS:
                    await self._presence.passage(request.agent)
                    self._say(request, batch, reply)
                    batch, batch_began = [], self._clock.now()
        await self._presence.passage(request.agent)
        self._say(request, batch, reply)
        return reply.reply(), usage

    def _say(
        self, request: Request, batch: Sequence[TextChunk | ToolChunk], reply: ReplyBuilder
    ) -> None:
        """Add what came since the last time to the reply, and have it recorded."""
        for piece in _joined(batch):
            if isinstance(piece, TextChunk):
                reply.text(piece.text)
            else:
                reply.call(piece.index, piece.id, piece.name, piece.text)
            self._steps.later(partial(self._heard, _event(request, piece)))

    def _heard(self, event: e.Text | e.ToolText) -> None:
        self._control.alive(event.agent)
        self._recorder.record(event)

    async def _failed(
        self, failure: CallFailed, request: Request, attempt: int, wait: float | None
    ) -> None:
        event = e.CallFailed(
            agent=request.agent,
            turn=request.turn,
            attempt=attempt,
            error=failure.kind,
            detail=failure.detail,
            retry_in=None if wait is None else round(wait, 6),
        )
        await self._steps.due(lambda: self._recorder.record(event))

    async def _ended(self, request: Request, began: float, usage: Usage, reply: Reply) -> None:
        event = e.ReplyEnded(
            agent=request.agent,
            turn=request.turn,
            tokens_in=usage.tokens_in,
            tokens_out=usage.tokens_out,
            seconds=round(self._clock.now() - began, 6),
            finish=usage.finish,
            cost_usd=usage.cost_usd,
        )

        def end() -> None:
            self._recorder.record(event)
            self._landings.arrived(request.agent, request.turn, reply)

        await self._steps.due(end)

    def _wait(self, failure: CallFailed, request: Request, attempt: int) -> float | None:
        """Seconds until the next attempt; `None` when there is to be none.

        Half of each wait is drawn: agents that were turned away together do not come back
        together (the equal jitter of Brooker, "Exponential Backoff and Jitter", 2015).
        """
        if attempt >= ATTEMPTS.get(failure.kind, 1):
            return None
        started = self._recorder.state.started
        seed = started.settings.seed if started else 0
        dice = Random(f"{seed}/{request.agent}/{request.turn}/retry/{attempt}")
        step = min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT)
        drawn = step * dice.uniform(0.5, 1.0)
        if failure.retry_after is None:
            return drawn
        if failure.retry_after > LONGEST_ORDERED:
            return None
        return max(failure.retry_after + FIRST_WAIT * dice.random(), drawn)

    def _give_up(self, failure: CallFailed, request: Request) -> None:
        """Raise `ModelError` when nobody's calls have succeeded for several turns."""
        self._without[request.agent] = self._without.get(request.agent, 0) + 1
        hopeful = self._asking - self._without.keys()
        if not hopeful and min(self._without.values()) >= TURNS_WITHOUT:
            raise ModelError(
                "No model answers any more",
                f"{failure.kind} after {TURNS_WITHOUT} turns of every agent: {failure.detail}",
                _FIXES.get(failure.kind, _LATER),
            )


async def _closable(chunks: AsyncIterator[Chunk]) -> AsyncGenerator[Chunk]:
    """The same chunks as a generator of our own, which ends the model's when it is closed: a call
    that is cancelled must end now, not when its garbage is collected."""
    try:
        async for chunk in chunks:
            yield chunk
    finally:
        if close := getattr(chunks, "aclose", None):
            await close()


def _event(request: Request, piece: TextChunk | ToolChunk) -> e.Text | e.ToolText:
    agent, turn = request.agent, request.turn
    if isinstance(piece, TextChunk):
        return e.Text(agent=agent, turn=turn, text=piece.text)
    return e.ToolText(
        agent=agent,
        turn=turn,
        index=piece.index,
        call=piece.id,
        name=piece.name,
        text=piece.text,
    )


def _joined(pieces: Sequence[TextChunk | ToolChunk]) -> Iterator[TextChunk | ToolChunk]:
    """The pieces with neighbours that belong together made one, and empty text left out."""
    for _, run in groupby(pieces, lambda p: p.index if isinstance(p, ToolChunk) else None):
        first, *more = run
        text = first.text + "".join(piece.text for piece in more)
        if text or isinstance(first, ToolChunk):
            yield replace(first, text=_storable(text))


def _storable(text: str) -> str:
    """`text` without lone surrogates, which no UTF-8 file can hold."""
    return text.encode("utf-8", "replace").decode()
