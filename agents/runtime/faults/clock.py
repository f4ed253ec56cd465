"""A clock that is wrong for a while."""

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from agents.runtime.clock import Clock

T = TypeVar("T")


class SkewedClock:
    """`clock`, ahead by as many seconds as it is told. It never goes back: put right, it stands
    until the time has caught up, as a clock does that is slewed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.timing = clock.timing
        self.commit_seconds = clock.commit_seconds
        self.ahead = 0.0
        self._latest = 0.0
        self._beneath = 0.0

    def begin(self) -> None:
        """As the clock beneath."""
        self._clock.begin()

    def now(self) -> float:
        """Seconds since the session began, as the clock has them."""
        self._latest = max(self._latest, self._clock.now() + self._beneath + self.ahead)
        return self._latest

    def still(self, seconds: float) -> None:
        """Be as far ahead as it was already when the time beneath was last read from it."""
        self.ahead += seconds
        self._beneath -= seconds

    @contextmanager
    def working(self) -> Iterator[None]:
        """As the clock beneath."""
        with self._clock.working():
            yield

    async def work(self, job: Coroutine[Any, Any, T]) -> T:
        """As the clock beneath."""
        return await self._clock.work(job)
