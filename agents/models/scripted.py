"""A model that says what it was given to say: for tests, and for trying a protocol out by hand.

It ignores its context, so it is no simulation of anything.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from agents.models.base import Chunk, Request, TextChunk, Usage


class ScriptedModel:
    """Gives `replies` one turn after another, then only waits. Each takes `seconds`, streamed in
    pieces of `piece` characters."""

    def __init__(self, replies: Sequence[str], seconds: float = 1.0, piece: int = 20) -> None:
        self.name = "scripted"
        self.calls_tools = False
        self.context_tokens = 128_000
        self._replies = list(replies)
        self._seconds = seconds
        self._piece = piece

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Four characters to a token."""
        return [len(text) // 4 for text in texts]

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The next reply, whatever was asked."""
        reply = self._replies.pop(0) if self._replies else "<wait/>"
        pieces = [reply[i : i + self._piece] for i in range(0, len(reply), self._piece)]
        for piece in pieces:
            await asyncio.sleep(self._seconds / len(pieces))
            yield TextChunk(piece)
        tokens_in = sum(len(message.text) for message in request.messages) // 4
        yield Usage(tokens_in=tokens_in, tokens_out=len(reply) // 4, cost_usd=0.0)
