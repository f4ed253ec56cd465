"""Doing things when their round or their time has come."""

import asyncio
from collections.abc import Callable

from agents.runtime.clock import Clock
from agents.runtime.faults.grammar import When
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from workspaces.history import events as e


class Schedule:
    """Puts what is due in the session's line of steps."""

    def __init__(self, recorder: Recorder, steps: Steps, clock: Clock) -> None:
        self._state = recorder.state
        self._steps = steps
        self._clock = clock
        self._timers: set[asyncio.Task[None]] = set()
        self._rounds: list[tuple[int, Callable[[], None]]] = []
        recorder.observe(self._notice)

    def at(self, when: When, do: Callable[[], None]) -> None:
        """Do something when it is time; at once if that is past."""
        if when.round > self._state.round:
            self._rounds.append((when.round, do))
        elif when.round:
            self._steps.later(do)
        else:
            timer = asyncio.create_task(self._after(when.seconds, do))
            self._timers.add(timer)
            timer.add_done_callback(self._timers.discard)

    async def finish(self) -> None:
        """Do nothing more."""
        self._rounds.clear()
        timers = list(self._timers)
        for timer in timers:
            timer.cancel()
        await asyncio.gather(*timers, return_exceptions=True)

    async def _after(self, seconds: float, do: Callable[[], None]) -> None:
        await asyncio.sleep(max(0.0, seconds - self._clock.now()))
        self._steps.later(do)

    def _notice(self, event: e.AnyEvent) -> None:
        if isinstance(event, e.RoundStarted):
            due = [do for number, do in self._rounds if number <= event.round]
            self._rounds = [entry for entry in self._rounds if entry[0] > event.round]
            for do in due:
                self._steps.later(do)
