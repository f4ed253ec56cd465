"""Providers' rate limits across workers: a token bucket that the driver serves.

A bucket for requests and one for tokens, per provider, each a minute's worth deep. The driver
serves them over TCP to whoever knows the secret, because workers may be on other machines; an
answer is how long to wait, so that the server never blocks. Every model call of every worker asks
first, and tells afterwards how many tokens it really used.
"""

import asyncio
import hmac
import secrets
import socket
import socketserver
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from agents.models.base import Chunk, Model, Request, Usage
from agents.models.providers import listed
from agents.runtime.usage import UsageError

CHARACTERS_PER_TOKEN = 4
_LONGEST_LINE = 4096
_TIMEOUT_S = 30.0


class Rate(Struct, frozen=True):
    """What a provider allows in a minute; 0 for no limit."""

    requests: float = 0.0
    tokens: float = 0.0


class Bucket:
    """A token bucket of `per_minute`, full at first. It may go below empty: whoever takes more
    than is there waits until it has been filled up again."""

    def __init__(self, per_minute: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._capacity = per_minute
        self._level = per_minute
        self._now = now
        self._at = now()

    def take(self, amount: float) -> float:
        """Take `amount` and return the seconds to wait before using it."""
        if not self._capacity:
            return 0.0
        now = self._now()
        self._level = min(self._capacity, self._level + (now - self._at) * self._rate)
        self._at = now
        self._level -= amount
        return max(0.0, -self._level / self._rate)


class _Ask(Struct, frozen=True):
    secret: str
    provider: str
    requests: float
    tokens: float


class RateServer:
    """Serves the buckets of `rates` (by provider) until it is closed; `address` is for
    `RateClient`. Listens on loopback unless told otherwise."""

    def __init__(self, rates: Mapping[str, Rate], host: str = "127.0.0.1") -> None:
        self._buckets = {
            provider: (Bucket(rate.requests), Bucket(rate.tokens))
            for provider, rate in rates.items()
        }
        self._secret = secrets.token_urlsafe(24)
        self._lock = threading.Lock()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = _TIMEOUT_S

            def handle(self) -> None:
                """Answer one line after another."""
                while line := self.rfile.readline(_LONGEST_LINE):
                    answer = outer.answer(line)
                    if answer is None:
                        return
                    self.wfile.write(answer)

        self._server = socketserver.ThreadingTCPServer((host, 0), Handler)
        self._server.daemon_threads = True
        name = socket.gethostname() if host in ("", "0.0.0.0") else host
        self.address = f"{name}:{self._server.server_address[1]}:{self._secret}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, line: bytes) -> bytes | None:
        """The answer to one line; `None` for a stranger."""
        try:
            ask = msgspec.json.decode(line, type=_Ask)
        except msgspec.DecodeError:
            return None
        if not hmac.compare_digest(ask.secret, self._secret):
            return None
        buckets = self._buckets.get(ask.provider)
        wait = 0.0
        if buckets:
            with self._lock:
                wait = max(buckets[0].take(ask.requests), buckets[1].take(ask.tokens))
        return msgspec.json.encode(wait) + b"\n"

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


class RateClient:
    """Asks a `RateServer`. One connection for each call: a session makes few."""

    def __init__(self, address: str) -> None:
        host, port, self._secret = address.split(":", 2)
        self._where = (host, int(port))

    def take(self, provider: str, requests: float, tokens: float) -> float:
        """Seconds to wait. Raises `OSError` when the driver is gone."""
        ask = _Ask(self._secret, provider, requests, tokens)
        with socket.create_connection(self._where, timeout=_TIMEOUT_S) as connection:
            connection.sendall(msgspec.json.encode(ask) + b"\n")
            with connection.makefile("rb") as answers:
                line = answers.readline(_LONGEST_LINE)
        if not line:
            raise ConnectionError("the rate server refused the secret")
        return msgspec.json.decode(line, type=float)


class LimitedModel:
    """A model that asks before each call, and after it settles what it used beyond the estimate."""

    def __init__(self, model: Model, rates: RateClient) -> None:
        self._model = model
        self._rates = rates
        self._provider = provider_of(model.name)

    @property
    def name(self) -> str:
        """The model's own."""
        return self._model.name

    def __getattr__(self, name: str) -> Any:
        """Whatever else the model has."""
        return getattr(self._model, name)

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The model's reply, once its time has come."""
        said = sum(len(message.text) for message in request.messages)
        expected = said / CHARACTERS_PER_TOKEN
        wait = await asyncio.to_thread(self._rates.take, self._provider, 1.0, expected)
        await asyncio.sleep(wait)
        async for chunk in self._model.stream(request):
            if isinstance(chunk, Usage):
                used = chunk.tokens_in + chunk.tokens_out - expected
                await asyncio.to_thread(self._rates.take, self._provider, 0.0, used)
            yield chunk


def provider_of(model: str) -> str:
    """The provider's name: in front of the model's, or as litellm lists it."""
    return model.partition("/")[0] if "/" in model else listed.provider(model) or model


def parse(texts: list[str]) -> dict[str, Rate]:
    """Rates from `PROVIDER=REQUESTS[/TOKENS]`, both for a minute.

    Raises `UsageError` for anything else.
    """
    rates: dict[str, Rate] = {}
    for text in texts:
        provider, _, numbers = text.partition("=")
        requests, _, tokens = numbers.partition("/")
        try:
            rate = Rate(float(requests or 0), float(tokens or 0))
        except ValueError:
            rate = Rate(-1)
        if not provider or not numbers or rate.requests < 0 or rate.tokens < 0:
            raise UsageError(
                f"Cannot read the rate {text!r}",
                "a rate is PROVIDER=REQUESTS/TOKENS, both for a minute",
                "For example: --rate anthropic=50/40000",
            )
        rates[provider] = rate
    return rates
