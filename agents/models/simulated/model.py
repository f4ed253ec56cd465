"""A simulated model: it reads its context, decides, and answers as slowly as the real one.

It sees the messages of its request and nothing else: no session, no clock, no other agent. Its
dice come from its seed and the call's agent and turn, so that a reply depends on nothing that the
scheduling of a team could change. The temperature is not simulated.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from agents.models.base import Chunk, Request, TextChunk, Usage
from agents.models.simulated import wording
from agents.models.simulated.behaviour import decide
from agents.models.simulated.profile import Profile
from agents.models.simulated.reading import View, read
from agents.protocol import actions as a

CHUNK_S = 0.12
"""Seconds of speech in a chunk: a screen needs no more, and a session of hours stays small."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply before it is streamed. Times are in seconds: until the first text, and from it to
    the last."""

    text: str
    tokens_in: int
    tokens_out: int
    finish: str
    silent_s: float
    spoken_s: float
    chunk: int
    """Characters in a chunk."""


class SimulatedModel:
    """A model of the team that behaves as `profile` says."""

    calls_tools = False
    context_tokens = 200_000

    def __init__(self, profile: Profile, seed: int) -> None:
        self._profile = profile
        self._seed = seed

    @property
    def name(self) -> str:
        """The profile's name."""
        return self._profile.name

    async def count(self, texts: Sequence[str]) -> list[int]:
        """By the profile's characters per token."""
        return [self._tokens(text) for text in texts]

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The reply, paced by `asyncio.sleep` on whatever clock the loop has."""
        answer = self.answer(request)
        await asyncio.sleep(answer.silent_s)
        pieces = range(0, len(answer.text), answer.chunk)
        for start in pieces:
            yield TextChunk(answer.text[start : start + answer.chunk])
            await asyncio.sleep(answer.spoken_s / len(pieces))
        yield Usage(
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            cost_usd=0.0,
            finish=answer.finish,
        )

    def answer(self, request: Request) -> Answer:
        """The whole reply at once, with the time that it takes."""
        sizes, latency = self._profile.sizes, self._profile.latency
        view = _sayable(read(request.messages))
        plan = decide(view, self._profile.behaviour(view.team), self._dice(request, "decide"))
        rng = self._dice(request, "speak")
        words = round(sizes.prose_words * rng.lognormvariate(0.0, 0.5))
        text = wording.reply(view, plan, words, rng)
        limit = int(request.max_tokens * sizes.chars_per_token)
        visible = self._tokens(text[:limit])
        files = sum(
            self._tokens(wording.render(action))
            for action in plan.actions
            if isinstance(action, a.WriteFile)
        )
        mean = sizes.reply_tokens + sizes.per_file_token * files
        drawn = mean * rng.lognormvariate(-(sizes.sigma**2) / 2, sizes.sigma)
        tokens = min(max(visible, round(drawn)), request.max_tokens)
        first = latency.first_s * rng.lognormvariate(0.0, latency.first_sigma)
        each = latency.seconds_per_token * rng.lognormvariate(0.0, latency.rate_sigma)
        return Answer(
            text=text[:limit],
            tokens_in=sum(self._tokens(message.text) for message in request.messages),
            tokens_out=tokens,
            finish="length" if len(text) > limit else "stop",
            silent_s=first + each * (tokens - visible),
            spoken_s=each * visible,
            chunk=max(1, round(CHUNK_S / each * sizes.chars_per_token)),
        )

    def _tokens(self, text: str) -> int:
        return math.ceil(len(text) / self._profile.sizes.chars_per_token)

    def _dice(self, request: Request, purpose: str) -> Random:
        """Dice for one purpose. The system message is in their seed, so that the same seed has
        different luck in different suites and teams."""
        standing = request.messages[0].text if request.messages else ""
        return Random(f"{self._seed}/{request.agent}/{request.turn}/{purpose}/{standing}")


def _sayable(view: View) -> View:
    """The view without tasks and files whose names cannot be put into a tag: a model that cannot
    name a thing leaves it alone."""
    if all(map(wording.sayable, [*view.tasks, *view.files])) and all(
        map(wording.sayable, (path for task in view.tasks.values() for path in task.files))
    ):
        return view
    return _restricted(view)


def _restricted(view: View) -> View:
    tasks = {
        name: task
        for name, task in view.tasks.items()
        if wording.sayable(name) and all(map(wording.sayable, task.files))
    }
    return replace(
        view,
        tasks=tasks,
        files={path: entry for path, entry in view.files.items() if wording.sayable(path)},
        contents={path: text for path, text in view.contents.items() if wording.sayable(path)},
    )
