"""A provider's model, as the rest of Crosstalk knows models."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Final

from agents.models.base import Chunk, Request, TextChunk, ToolChunk, Usage
from agents.models.providers import wire
from agents.models.providers.workers import Workers

PATIENCE: Final = 300.0
"""Seconds without a sign of a reply after which its call has failed. Long: a model on this machine
reads the contexts of a whole team one after another before it says a word."""
ACTIONS: Final = ("auto", "tools", "tags")
"""How models act: by tool calls, by tags in their text, or as is known to suit the model."""


class ProviderModel:
    """A model, of which `known` was found out. `called` is its litellm name where the roster's is
    another; `context_tokens`, if not 0, is what its server says that it takes."""

    def __init__(
        self,
        name: str,
        workers: Workers,
        known: wire.Looked,
        *,
        api_base: str = "",
        actions: str = "auto",
        patience: float = PATIENCE,
        called: str = "",
        context_tokens: int = 0,
    ) -> None:
        self._name = name
        self._model = called or name
        self._workers = workers
        self._api_base = api_base
        self._patience = patience
        self.priced = known.priced
        self.context_tokens = context_tokens or known.context_tokens
        self.calls_tools = known.calls_tools if actions == "auto" else actions == "tools"

    @property
    def name(self) -> str:
        """As the roster lists it."""
        return self._name

    async def count(self, texts: Sequence[str]) -> list[int]:
        """By the model's own tokenizer where litellm brings it along, else by OpenAI's."""
        return list(await self._workers.count(self._model, tuple(texts)))

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The reply, as a worker hands it on."""
        ask = self._ask(request)
        async with aclosing(self._workers.ask(ask, self._patience)) as answers:
            async for answer in answers:
                match answer:
                    case wire.Text():
                        yield TextChunk(answer.text)
                    case wire.Tool():
                        yield ToolChunk(
                            index=answer.index,
                            id=answer.call,
                            name=answer.name,
                            text=answer.text,
                        )
                    case wire.Done():
                        yield Usage(
                            tokens_in=answer.tokens_in,
                            tokens_out=answer.tokens_out,
                            cost_usd=answer.cost_usd,
                            finish=answer.finish,
                        )

    def _ask(self, request: Request) -> wire.Ask:
        return wire.Ask(
            id=self._workers.next_id(),
            model=self._model,
            messages=tuple(
                wire.Message(
                    role=message.role,
                    text=message.text,
                    calls=tuple((call.id, call.name, call.arguments) for call in message.calls),
                    call=message.call,
                )
                for message in request.messages
            ),
            tools=tuple(
                (tool.name, tool.description, tool.parameters)
                for tool in request.tools
                if self.calls_tools
            ),
            temperature=request.temperature,
            max_tokens=request.max_tokens,
            api_base=self._api_base,
        )
