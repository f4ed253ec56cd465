"""The line of things waiting to happen, taken one at a time.

Models, test runs and timers work side by side; what they lead to happens here, one step after
another, in the order in which it became due. So a session has one order of events, and whoever
holds the line holds the whole team: the debugger needs no second engine.

A step that belongs to an agent's turn carries the agent's name, so that a person can hold one
agent while the others go on, and change what it is about to do.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

_owner: ContextVar[str] = ContextVar("owner", default="")
"""Whose turn the running coroutine belongs to. Tasks inherit it, so what a turn starts beside
itself (a test run, a merge) belongs to the same agent without being told."""


class Withdrawn(Exception):
    """The step was taken out of the line: what it belongs to has been changed."""


class _Step(NamedTuple):
    """`withdraw` makes whoever waits for the step raise `Withdrawn`; `None` where nobody does."""

    owner: str
    do: Callable[[], Any] | None
    withdraw: Callable[[], None] | None = None


@contextmanager
def belonging_to(agent: str) -> Iterator[None]:
    """What is put in line within this context belongs to the turn of `agent`."""
    before = _owner.set(agent)
    try:
        yield
    finally:
        _owner.reset(before)


class Steps:
    """A first-in, first-out line of steps; each is a function that awaits nothing."""

    def __init__(self) -> None:
        self._line: deque[_Step] = deque()
        self._more = asyncio.Event()
        self._held: set[str] = set()
        self.taken: Counter[str] = Counter()
        """How many steps were taken of each agent's turns."""

    async def due(self, do: Callable[[], T]) -> T:
        """Put `do` in line and return its result once it has been done. If it raises, so does
        this; it raises `Withdrawn` when the step was taken out of the line."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def step() -> None:
            if done.cancelled():
                return
            try:
                done.set_result(do())
            except Exception as error:  # noqa: BLE001  (it belongs to whoever waits for the step)
                done.set_exception(error)

        def withdraw() -> None:
            if not done.done():
                done.set_exception(Withdrawn())

        self._put(_Step(_owner.get(), step, withdraw))
        return await done

    def later(self, do: Callable[[], Any]) -> None:
        """Put `do` in line and go on. If it raises, so does the session's loop."""
        self._put(_Step(_owner.get(), do))

    def wake(self) -> None:
        """Make a waiting `next` return `None`: look again whether there is more to do."""
        self._put(_Step("", None))

    async def next(self) -> Callable[[], Any] | None:
        """The next step of an agent that is not held, or of none; waits until there is one."""
        while True:
            for place, step in enumerate(self._line):
                if step.owner not in self._held:
                    del self._line[place]
                    self.taken[step.owner] += 1
                    return step.do
            self._more.clear()
            await self._more.wait()

    # A person's hand ----------------------------------------------------------------------------

    def hold(self, agent: str) -> None:
        """Take no step of `agent`'s turns until `let_go`; what it leads to waits in its place."""
        self._held.add(agent)

    def let_go(self, agent: str) -> None:
        """Take the steps of `agent`'s turns again."""
        self._held.discard(agent)
        self._more.set()

    def waiting(self, agent: str) -> bool:
        """Whether a step of `agent`'s turn is in line."""
        return any(step.owner == agent for step in self._line)

    def withdraw(self, agent: str) -> None:
        """Take all steps of `agent`'s turn that somebody waits for out of the line."""
        for step in [s for s in self._line if s.owner == agent and s.withdraw]:
            self._line.remove(step)
            assert step.withdraw
            step.withdraw()

    def reorder(self, agents: Sequence[str]) -> None:
        """Put the steps of these agents, where they stand in line, in the order of `agents`; each
        one's own keep theirs."""
        places = [place for place, step in enumerate(self._line) if step.owner in agents]
        ordered = sorted(places, key=lambda place: agents.index(self._line[place].owner))
        steps = [self._line[place] for place in ordered]
        for place, step in zip(places, steps, strict=True):
            self._line[place] = step

    def _put(self, step: _Step) -> None:
        self._line.append(step)
        self._more.set()
