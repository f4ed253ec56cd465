"""The session's time: the wall's, or a virtual one that jumps over every wait.

On virtual time `asyncio.sleep(60)` takes no time at all and happens in the same order always, so
that an hour of a simulated team passes in seconds and repeats exactly (the idea is trio's
autojump clock). Work that is real all the same, a test run or git, holds virtual time still.
"""

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """What a session needs to know of time."""

    timing: str
    """`wall` or `virtual`."""
    commit_seconds: float
    """How long writes gather before they are made commits."""

    def begin(self) -> None:
        """The session begins now: what made it ready took no time of its own."""

    def now(self) -> float:
        """Seconds since the session began."""

    @contextmanager
    def working(self) -> Iterator[None]:
        """While real work is under way, or a person holds the session."""

    async def work(self, job: Coroutine[Any, Any, T]) -> T:
        """The result of a real job, taken to last as long as it is recorded to last."""


class WallClock:
    """The time on the wall, counted from `start` seconds (those of a resumed session)."""

    timing = "wall"
    commit_seconds = 0.03

    def __init__(self, start: float = 0.0) -> None:
        self._start = start
        self._zero = time.monotonic() - start

    def begin(self) -> None:
        """Count from now on."""
        self._zero = time.monotonic() - self._start

    def now(self) -> float:
        """Seconds since the session began."""
        return time.monotonic() - self._zero

    @contextmanager
    def working(self) -> Iterator[None]:
        """Nothing to do: the wall waits for nobody."""
        yield

    async def work(self, job: Coroutine[Any, Any, T]) -> T:
        """The job's result when it is there."""
        return await job


class VirtualClock:
    """The time of a `VirtualLoop`, on which a session repeats exactly."""

    timing = "virtual"
    commit_seconds = 10.0
    """Nobody looks at the repository of a session that is over in a second, and each checkpoint
    takes real time."""
    job_seconds = 0.5
    """What a test run is taken to last: near the median of those in the paper's traces."""

    def __init__(self, loop: "VirtualLoop", start: float = 0.0) -> None:
        self._loop = loop
        self._start = start
        self._zero = loop.time() - start

    def begin(self) -> None:
        """Count from now on."""
        self._zero = self._loop.time() - self._start

    def now(self) -> float:
        """Seconds since the session began."""
        return self._loop.time() - self._zero

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold time still."""
        self._loop.held += 1
        try:
            yield
        finally:
            self._loop.held -= 1

    async def work(self, job: Coroutine[Any, Any, T]) -> T:
        """The job's result, `job_seconds` later, however long it really took.

        The timer starts before the job, so that the order of equal times is that of the calls and
        not of the machine's.
        """
        timer = asyncio.ensure_future(asyncio.sleep(self.job_seconds))
        try:
            with self.working():
                result = await job
            await timer
        finally:
            timer.cancel()
        return result


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer when there is nothing else to do."""

    def __init__(self) -> None:
        self._virtual = 0.0
        self.held = 0
        """While positive, wait for real events and let no time pass."""
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """Virtual seconds."""
        return self._virtual

    def jump(self, seconds: float) -> None:
        """Let time pass."""
        self._virtual += seconds


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting for a timer, moves the loop's time to it."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or self._loop.held:
            return super().select(timeout if timeout == 0 else None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self._loop.jump(timeout)
        return ready


def run(timing: str, main: Callable[[Clock], Coroutine[Any, Any, T]], start: float = 0.0) -> T:
    """Run `main` with a clock of the given timing on an event loop that suits it."""
    if timing == "virtual":
        loop = VirtualLoop()
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(main(VirtualClock(loop, start)))
    return asyncio.run(main(WallClock(start)))
