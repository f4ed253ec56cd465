"""Injecting faults: when each begins and ends, and what is done at either.

Faults that last are looked up at the doors they strike (`strikes`); those that have to be done
(stopping an agent, holding a lock) are done here. All of it happens in steps of the session, and
chance comes from the session's seed, so that on virtual time a session with faults repeats too.
"""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from random import Random

from agents.runtime.clock import Clock
from agents.runtime.faults import tasks
from agents.runtime.faults.clock import SkewedClock
from agents.runtime.faults.files import FaultyGateway
from agents.runtime.faults.grammar import Order, When, parse
from agents.runtime.faults.menu import UNTIL_THE_END
from agents.runtime.faults.schedule import Schedule
from agents.runtime.faults.sense import Setting, check
from agents.runtime.faults.standing import Standing
from agents.runtime.faults.strikes import Strike, Strikes
from agents.runtime.presence import CRASHED, FROZEN, PASSING, Presence
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from agents.runtime.usage import UsageError
from workspaces.files.gateway import Gateway
from workspaces.history import events as e

_STOPS = {"crash": CRASHED, "freeze": FROZEN, "frozen-lead": FROZEN}
_STEPS = 3
"""Steps that an agent may still take before it is stopped, at most: replies have few actions."""


class Nemesis:
    """The faults of one session: those ordered, and whatever `inject` is asked for. `look_again`
    is called when changes on the disk that were held back may be seen."""

    def __init__(
        self,
        strikes: Strikes,
        recorder: Recorder,
        steps: Steps,
        presence: Presence,
        gateway: Gateway,
        clock: Clock,
        look_again: Callable[[], None] = lambda: None,
    ) -> None:
        self._strikes = strikes
        strikes.over = lambda strike: steps.later(partial(self._end, strike))
        self._recorder = recorder
        self._presence = presence
        self._gateway = gateway
        self._clock = clock
        self._look_again = look_again
        self._schedule = Schedule(recorder, steps, clock)
        self._locks: dict[int, Path] = {}
        self._number = 0
        self._to_come: list[tuple[int, Order]] = []
        self._going_on: list[tuple[int, tuple[Order | None, e.FaultStarted]]] = []

    def start(self, orders: Iterable[Order]) -> None:
        """Schedule what was ordered with the session, and what was taken up. What turns out to
        make no sense when it is due is warned of."""
        for number, (known, began) in self._going_on:
            self._again(number, known, began)
        for agent in self._recorder.state.agents.values():
            if agent.stopped in PASSING and agent.name not in self._presence.expected:
                self._presence.start(agent.name)  # what stopped it ended with its process
        for order in orders:
            self._number += 1
            self._to_come.append((self._number, order))
        for number, order in self._to_come:
            self._schedule.at(order.start or When(), partial(self._try, number, order))

    def inject(self, text: str) -> str:
        """Begin faults now, or when they say; their names. Raises `UsageError` for what is no
        fault or makes no sense."""
        orders = parse(text)
        if not orders:
            raise UsageError("No fault was named")
        for order in orders:
            check(order, self._setting())
        numbered = list(enumerate(orders, self._number + 1))
        self._number += len(orders)
        for number, order in numbered:
            if order.start:
                self._schedule.at(order.start, partial(self._try, number, order))
        for number, order in numbered:
            if order.start is None:
                self._begin(number, order)
        return ", ".join(order.kind.name for order in orders)

    def take_up(self, past: Iterable[e.AnyEvent]) -> None:
        """Go on with the faults of the session's history: those to come, and those going on where
        it ends, until the end that they had. To be called before `start`."""
        standing, setting = Standing(), self._setting()
        for event in past:
            standing.observe(event, setting)
        self._number = standing.number
        self._to_come = list(standing.to_come.items())
        self._going_on = list(standing.going_on.items())

    async def finish(self, *, resumable: bool = False) -> None:
        """End what is going on and strike no more; who is down stays down. What a `resumable`
        session leaves undone is not recorded as over: whoever goes on with it takes it up."""
        await self._schedule.finish()
        for strike in self._strikes.all:
            self._end(strike, reviving=False, recording=not resumable)

    # Inside -------------------------------------------------------------------------------------

    def _setting(self) -> Setting:
        started = self._recorder.state.started
        members = started.members if started else ()
        return Setting(
            agents=tuple(member.name for member in members),
            leads=tuple(member.name for member in members if member.role == "lead"),
            control=self._gateway.control.name,
            watched=self._clock.timing == "wall",
            rounds=not started or started.settings.cadence == "rounds",
        )

    def _try(self, number: int, order: Order) -> None:
        try:
            self._begin(number, order)
        except UsageError as error:
            text = f"No fault was injected: {error}"
            self._recorder.record(e.Warned(text=text, fault=number))

    def _begin(self, number: int, order: Order) -> None:
        """Inject the fault. Raises `UsageError` when there is nothing for it to strike."""
        dice = self._dice(number)
        fault = order.kind.name
        blow = None
        targets: tuple[str, ...] = ()
        if fault in tasks.AT_ONCE:
            blow = tasks.prepare(fault, order.target, self._recorder, self._gateway, dice)
        else:
            targets = self._targets(order, dice)
        if fault == "index-lock":
            self._hold_index(number)
        self._recorder.record(
            e.FaultStarted(
                number=number,
                fault=fault,
                target=blow.target if blow else "+".join(targets),
                detail=f"{order.factor:g}" if order.factor else "",
            )
        )
        strike = Strike(number, order, targets, dice, self._clock.now())
        self._strikes.all.append(strike)
        if blow:
            blow.do()
            self._end(strike)
        else:
            self._go_on(strike)

    def _again(self, number: int, order: Order | None, began: e.FaultStarted) -> None:
        """Go on with a fault that was going on when the process before this one ended."""
        if order is None or order.kind.name in tasks.AT_ONCE:
            self._recorder.record(e.FaultEnded(number=number))
            return
        targets = tuple(began.target.split("+")) if began.target else ()
        strike = Strike(number, order, targets, self._dice(number), began.t)
        self._strikes.all.append(strike)
        if order.kind.name == "index-lock":
            lock = self._gateway.root / ".git" / "index.lock"
            lock.touch()
            self._locks[number] = lock
        self._go_on(strike, again=True)

    def _dice(self, number: int) -> Random:
        started = self._recorder.state.started
        return Random(f"{started.settings.seed if started else 0}/fault/{number}")

    def _targets(self, order: Order, dice: Random) -> tuple[str, ...]:
        """The agents it strikes, chosen by `dice` where none was named."""
        if order.kind.name == "frozen-lead":
            return self._setting().leads[:1]
        if order.kind.target not in ("agent", "agents"):
            return ()
        if order.target:
            targets = tuple(order.target.split("+"))
        else:
            agents = self._recorder.state.agents.values()
            targets = (dice.choice([a.name for a in agents if not a.stopped] or ["nobody"]),)
        if order.kind.name in _STOPS and self._presence.stopped_or_absent(targets[0]):
            raise UsageError(f"{order.kind.name} cannot strike {targets[0]}", "it is down already")
        return targets

    def _go_on(self, strike: Strike, again: bool = False) -> None:
        """Do what a lasting fault has to do at its beginning, and set its end; `again` when that
        was done in part by a process that is gone."""
        order, kind = strike.order, strike.order.kind
        end = order.end
        if end is None and kind.seconds > 0:
            end = When(seconds=strike.began + kind.seconds)
        if reason := _STOPS.get(kind.name):
            [agent] = strike.targets
            acting = strike.dice.random() < 0.5
            if not self._recorder.state.agents[agent].stopped:
                self._presence.stop(agent, reason, acting, strike.dice.randrange(_STEPS))
            if end or kind.seconds != UNTIL_THE_END:
                self._presence.expected.add(agent)
        elif kind.name == "skewed-clock" and isinstance(self._clock, SkewedClock):
            if again:
                self._clock.still(order.factor)
            else:
                self._clock.ahead += order.factor
        if end:
            self._schedule.at(end, partial(self._end, strike))

    def _end(self, strike: Strike, *, reviving: bool = True, recording: bool = True) -> None:
        """Undo the fault, if it is not over yet."""
        if strike.ended is not None:
            return
        strike.ended = self._clock.now()
        fault = strike.order.kind.name
        if fault in _STOPS and reviving:
            self._presence.start(strike.targets[0])
        elif fault == "skewed-clock" and isinstance(self._clock, SkewedClock):
            self._clock.ahead -= strike.order.factor
        elif fault == "index-lock":
            self._locks.pop(strike.number).unlink(missing_ok=True)
        elif fault == "lost-commit" and isinstance(self._gateway, FaultyGateway):
            self._gateway.requeue()
        elif fault == "merge-notifications":
            self._look_again()
        if recording:
            self._recorder.record(e.FaultEnded(number=strike.number))

    def _hold_index(self, number: int) -> None:
        lock = self._gateway.root / ".git" / "index.lock"
        try:
            lock.touch(exist_ok=False)
        except OSError as error:
            raise UsageError("index-lock cannot strike", str(error.strerror)) from error
        self._locks[number] = lock
