"""A team's models on their way: what takes long begins at once and is waited for when needed."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

from agents.models import catalog
from agents.models.base import Model
from agents.models.providers import gguf
from agents.models.providers.model import ProviderModel
from agents.models.providers.workers import Workers, workers_for
from workspaces.history.events import Member


class Opening:
    """The models of `members`. Use as a context: processes that serve models live as long as it
    does.

    `api_base` is where providers' models are served, if not at the provider's own address;
    `actions` is how they act (`providers.model.ACTIONS`).
    """

    def __init__(
        self, members: Sequence[Member], seed: int, api_base: str = "", actions: str = "auto"
    ) -> None:
        self._members = members
        self._provided = [m.model for m in members if catalog.is_providers(m.model)]
        self._seed = seed
        self._api_base = api_base
        self._actions = actions
        self._stack = AsyncExitStack()
        self._workers: Workers | None = None
        self._servers: dict[str, gguf.GgufServer] = {}

    async def __aenter__(self) -> "Opening":
        """Begin: litellm's import, and the loading of files."""
        try:
            if self._provided:
                workers = Workers(workers_for(len(self._provided)))
                self._workers = await self._stack.enter_async_context(workers)
            for name in dict.fromkeys(self._provided):
                if name.startswith(gguf.PREFIX):
                    server = gguf.GgufServer(name, self._provided.count(name))
                    self._servers[name] = await self._stack.enter_async_context(server)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def models(self) -> dict[str, Model]:
        """Each member's model by the member's name, ready to be called.

        Raises `ModelError` for one that litellm does not know how to reach, that has no key, or
        that cannot be served.
        """
        provided = {name: await self._open(name) for name in dict.fromkeys(self._provided)}
        return {
            member.name: provided.get(member.model)
            or catalog.create(member.model, self._seed, member.name)
            for member in self._members
        }

    async def another(self, name: str, agent: str) -> Model:
        """The model `name` for a member that had another until now. Raises `ModelError`, and
        `UnknownModel` when there is none of that name."""
        catalog.check(name, self._api_base)
        if not catalog.is_providers(name):
            return catalog.create(name, self._seed, agent)
        if self._workers is None:
            self._workers = await self._stack.enter_async_context(Workers(workers_for(1)))
        if name.startswith(gguf.PREFIX) and name not in self._servers:
            server = gguf.GgufServer(name, 1)
            self._servers[name] = await self._stack.enter_async_context(server)
        return await self._open(name)

    @property
    def pids(self) -> list[int]:
        """The processes that talk to providers."""
        return self._workers.pids if self._workers else []

    async def _open(self, name: str) -> Model:
        assert self._workers
        called, api_base, context = name, self._api_base, 0
        if server := self._servers.get(name):
            await server.ready()
            called, api_base = f"openai/{gguf.path_of(name).stem}", server.url
            context = server.context_tokens
        known = await self._workers.look(called, api_base)
        return ProviderModel(
            name,
            self._workers,
            known,
            called=called,
            api_base=api_base,
            actions=self._actions,
            context_tokens=context,
        )
