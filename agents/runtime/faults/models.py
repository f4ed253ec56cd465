"""A model's faults: slowness, a provider that turns calls away, output cut off or malformed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from agents.models.base import CallFailed, Chunk, Model, Request, TextChunk, Usage
from agents.runtime.faults.strikes import Strikes

_UNQUOTED = str.maketrans("", "", "\"'")


class FaultyModel:
    """`model`, as the faults let it be. `now` is the session's clock."""

    def __init__(self, model: Model, strikes: Strikes, now: Callable[[], float]) -> None:
        self._model = model
        self._strikes = strikes
        self._now = now
        self.calls_tools = model.calls_tools
        self.context_tokens = model.context_tokens

    async def count(self, texts: Sequence[str]) -> list[int]:
        """As the model counts."""
        return await self._model.count(texts)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The reply to `request`, or what is left of it."""
        agent = request.agent
        if self._strikes.on("rate-limit", agent):
            raise CallFailed("rate-limit", "a fault that was injected")
        cut = self._strikes.on("cut-output", agent)
        left = cut.dice.randint(20, 300) if cut else -1
        broken = self._strikes.on("malformed", agent)
        before, said = self._now(), 0
        async for chunk in self._model.stream(request):
            if slow := self._strikes.on("slow", agent):
                await asyncio.sleep((slow.order.factor - 1) * (self._now() - before))
            before = self._now()
            if isinstance(chunk, TextChunk):
                text = chunk.text.translate(_UNQUOTED) if broken else chunk.text
                text = text if left < 0 else text[:left]
                said += len(text)
                yield TextChunk(text)
                left -= len(text) if left >= 0 else 0
                if left == 0:
                    tokens_in = sum(len(message.text) for message in request.messages) // 4
                    yield Usage(tokens_in=tokens_in, tokens_out=said // 4, finish="length")
                    break
            else:
                yield chunk
        if cut and left == 0:
            self._strikes.spend(cut)
        if broken:
            self._strikes.spend(broken)
