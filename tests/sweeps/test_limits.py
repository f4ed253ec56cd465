"""Providers' limits hold over every worker, and strangers get no answer."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator

import pytest

from agents.models.base import ChatMessage, Chunk, Request, TextChunk, Usage
from agents.sweeps import limits
from agents.sweeps.limits import Bucket, LimitedModel, Rate, RateClient, RateServer
from workspaces.errors import CrosstalkError


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_bucket_lets_a_minutes_worth_through_and_then_its_rate() -> None:
    clock = Hands()
    bucket = Bucket(60, clock)
    assert [bucket.take(1) for _ in range(60)] == [0.0] * 60
    assert bucket.take(1) == pytest.approx(1.0)
    assert bucket.take(1) == pytest.approx(2.0)
    clock.at = 62.0
    assert [bucket.take(1) for _ in range(60)] == [0.0] * 60
    assert Bucket(0, clock).take(1e9) == 0.0


def test_whatever_is_asked_for_no_minute_sees_more_than_its_worth_and_one_bucket() -> None:
    """Each taker uses what it took after the wait that it was told: over any stretch of time the
    sum is at most the stretch's worth and the bucket."""
    clock = Hands()
    bucket = Bucket(120, clock)
    used: list[float] = []
    for step in range(400):
        clock.at = step * 0.13
        used.append(clock.at + bucket.take(1))
    for first in range(0, 400, 7):
        for last in range(first, 400, 7):
            seconds = used[last] - used[first]
            assert last - first + 1 <= 120 + seconds * 2 + 1


def test_the_server_shares_one_bucket_among_all_who_ask() -> None:
    server = RateServer({"acme": Rate(requests=60)})
    waits: list[float] = []
    lock = threading.Lock()

    def worker() -> None:
        client = RateClient(server.address)
        for _ in range(20):
            wait = client.take("acme", 1, 0)
            with lock:
                waits.append(wait)

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 80
    assert sum(wait == 0 for wait in waits) >= 60
    # eighty requests at sixty a minute: the last of them waits for about twenty
    assert 10 < max(waits) <= 20
    assert RateClient(server.address).take("other", 1e9, 1e9) == 0.0
    server.close()


def test_other_processes_ask_too() -> None:
    server = RateServer({"acme": Rate(requests=6)})
    code = (
        "import sys, json; from agents.sweeps.limits import RateClient;"
        "print(json.dumps([RateClient(sys.argv[1]).take('acme', 1, 0) for _ in range(5)]))"
    )
    done = [
        subprocess.run(
            [sys.executable, "-c", code, server.address], capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    waits = [wait for one in done for wait in json.loads(one.stdout)]
    assert sum(wait == 0 for wait in waits) >= 6
    assert max(waits) > 10
    server.close()


def test_a_stranger_gets_no_answer() -> None:
    server = RateServer({"acme": Rate(requests=1)})
    host, port, secret = server.address.split(":")
    with pytest.raises(ConnectionError):
        RateClient(f"{host}:{port}:{secret[:-1]}").take("acme", 1, 0)
    for line in (b"GET / HTTP/1.1\r\n", b"\n", b"x" * 9000 + b"\n", b'{"secret": 1}\n'):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(line)
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(100) == b""
    assert RateClient(server.address).take("acme", 1, 0) == 0.0
    server.close()


class Talker:
    """A provider's model that uses more tokens than anybody expected."""

    name = "acme/talker"

    def __init__(self) -> None:
        self.calls = 0

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        self.calls += 1
        yield TextChunk("hello")
        yield Usage(tokens_in=1000, tokens_out=500)


async def test_a_model_asks_before_it_is_called_and_settles_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = RateServer({"acme": Rate(requests=100, tokens=3000)})
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(limits.asyncio, "sleep", sleep)
    talker = Talker()
    model = LimitedModel(talker, RateClient(server.address))
    request = Request(agent="a", turn=1, messages=(ChatMessage("user", "x" * 400),))
    for _ in range(3):
        chunks = [chunk async for chunk in model.stream(request)]
        assert isinstance(chunks[-1], Usage)
    assert model.name == "acme/talker"
    assert talker.calls == 3
    # 4,500 tokens were used of 3,000 a minute; the third call came when 3,000 were gone
    assert slept[0] == 0.0
    assert slept[2] > 1.0
    server.close()
    await asyncio.sleep(0)


def test_rates_are_read_and_nonsense_is_not() -> None:
    assert limits.parse(["acme=50/40000", "other=10"]) == {
        "acme": Rate(50, 40000),
        "other": Rate(10, 0),
    }
    for wrong in ("acme", "acme=", "=50", "acme=fast", "acme=-1", "acme=1/-2"):
        with pytest.raises(CrosstalkError, match="Cannot read the rate"):
            limits.parse([wrong])
