"""A session: a team at work on a workspace. `run` is a loop around `step`.

Whatever takes time (models, test runs, git, watching) runs beside the loop and puts what it leads
to in line; the loop takes one step at a time and passes the gate before each. All that happens is
recorded; nothing else is kept.
"""

import asyncio
import traceback
from collections.abc import Callable, Mapping, Sequence

from agents.debugger.alarms import Alarms
from agents.debugger.stops import Stops
from agents.models.base import Model
from agents.runtime import budget
from agents.runtime.acting import Acting
from agents.runtime.calling import Calling
from agents.runtime.clock import Clock
from agents.runtime.committing import Committing
from agents.runtime.faults.delivery import FaultyDelivery
from agents.runtime.faults.grammar import Order
from agents.runtime.faults.models import FaultyModel
from agents.runtime.faults.nemesis import Nemesis
from agents.runtime.faults.strikes import Strikes
from agents.runtime.free import Free
from agents.runtime.gate import Gate
from agents.runtime.intervening import Interventions
from agents.runtime.keeping import Keeping
from agents.runtime.landing import Landings
from agents.runtime.merging import MergeQueue
from agents.runtime.overseeing import Overseeing
from agents.runtime.presence import Presence
from agents.runtime.recorder import Recorder
from agents.runtime.rounds import Rounds
from agents.runtime.scripts import Scripts
from agents.runtime.steps import Steps
from agents.runtime.testing import TestRunner
from agents.runtime.testruns import TestRuns
from agents.runtime.turn import Turns
from agents.runtime.usage import UsageError
from agents.teams.team import Team
from workspaces.errors import CrosstalkError
from workspaces.files.controls.worktrees import Worktrees
from workspaces.files.gateway import Gateway
from workspaces.history import events as e
from workspaces.history.state import State

NO_TESTS = 5
"""pytest's exit status when there is nothing to run."""


class Session:
    """A session ready to run: begun (or resumed) in the history, its workspace in place."""

    def __init__(
        self,
        recorder: Recorder,
        gateway: Gateway,
        runner: TestRunner,
        team: Team,
        models: Mapping[str, Model],
        clock: Clock,
        strikes: Strikes | None = None,
        look_again: Callable[[], None] = lambda: None,
        stops: Stops | None = None,
    ) -> None:
        strikes = strikes or Strikes()
        self._recorder = recorder
        self._clock = clock
        self._steps = Steps()
        self._gate = Gate(clock)
        self._team = team
        self._tests = TestRuns(recorder, self._steps, gateway, runner, clock)
        presence = Presence(recorder, self._steps)
        self._nemesis = Nemesis(
            strikes, recorder, self._steps, presence, gateway, clock, look_again
        )
        acting = Acting(recorder, gateway, team)
        scripts = Scripts(recorder, self._steps, acting, gateway, runner, clock)
        merges = None
        if isinstance(gateway.control, Worktrees):
            merges = MergeQueue(
                recorder, self._steps, acting, gateway, gateway.control, self._tests
            )
        delivery = FaultyDelivery(recorder, strikes)
        landings = Landings(recorder, self._steps)
        calling = Calling(recorder, self._steps, clock, presence, gateway.control, landings)
        turns = Turns(
            recorder,
            self._steps,
            acting,
            self._tests,
            scripts,
            calling,
            presence,
            delivery,
            landings,
            merges,
        )
        self._strikes = strikes
        self._models: dict[str, Model] = {}
        for name, model in models.items():
            self.seat(name, model)
        overseeing = Overseeing(recorder, acting, team, clock)
        parts = (recorder, self._steps, turns, team, self._models, presence, overseeing)
        self.interventions = Interventions(
            recorder, self._steps, acting, gateway, presence, landings, clock
        )
        self._rounds = Rounds(*parts)
        self._free = Free(*parts)
        self._committing = Committing(recorder, gateway, clock)
        self._keeping = Keeping(self._steps, gateway.control)
        self.stops = stops or Stops()
        recorder.follow(self.stops.observe)
        self._alarms = Alarms(self.stops, recorder.state, self._steps.later, clock.now)
        recorder.follow(self._alarms.observe)
        self._ordered: Sequence[Order] = ()
        self._plot: asyncio.Task[None] | None = None
        self._stopped = ""
        self._reason = ""
        self._detail = ""
        self._passed = False

    @property
    def state(self) -> State:
        """What is the case now."""
        return self._recorder.state

    async def run(self) -> None:
        """Run to the end, which is recorded. Raises only what the history raises; every other
        failure is an ending."""
        self._plot = asyncio.create_task(self._play(), name="plot")
        self._plot.add_done_callback(lambda _: self._steps.wake())
        self._committing.start()
        self._keeping.start()
        self._nemesis.start(self._ordered)
        self.interventions.start()
        self._alarms.start()
        try:
            while await self.step():
                pass
        finally:
            self._plot.cancel()
            await asyncio.gather(self._plot, return_exceptions=True)
            await self._keeping.finish()
            await self._nemesis.finish(resumable=bool(self._stopped))
            await self.interventions.finish()
            await self._alarms.finish()
            await self._committing.finish()
        self._record_ending(self._plot)

    async def step(self) -> bool:
        """Take the next step once the gate is open; false when there is none left to take.

        Where a breakpoint or the end of a step stops the team, the gate is closed behind it."""
        await self._gate.passage()
        step = await self._steps.next()
        if self._stopped or (self._plot and self._plot.done()):
            return False
        if step and self._gate.closed:
            await self._gate.passage()
        if step and not self._stopped:
            step()
            if due := self.stops.take():
                self.pause(*due)
        return not self._stopped

    def pause(self, reason: str = "", at: int = 0) -> None:
        """Take no further step until `proceed`; `at` is the event that gave the reason."""
        if not self._gate.closed and not self.state.ended:
            self._gate.close()
            self._recorder.record(e.SessionPaused(reason=reason, at=at))

    def proceed(self) -> None:
        """Take steps again."""
        if self._gate.closed:
            self._recorder.record(e.SessionContinued())
            self._gate.open()

    def step_by(self, argument: str) -> None:
        """Take steps until the next action, turn or round is over. Raises `UsageError`."""
        self.stops.step(argument, self.state)
        self.proceed()

    def stop(self, reason: str) -> None:
        """End the session after the step under way, as interrupted."""
        self._stopped = self._stopped or reason
        self._gate.open()
        self._steps.wake()

    def seat(self, agent: str, model: Model) -> None:
        """Let `model` take the agent's turns from the next one on."""
        self._models[agent] = FaultyModel(model, self._strikes, self._clock.now)

    def order(self, faults: Sequence[Order]) -> None:
        """Inject `faults` when they are due, from the start of `run` on."""
        self._ordered = faults

    def take_up(self, past: Sequence[e.AnyEvent]) -> None:
        """Go on with the faults of the history so far, from the start of `run` on."""
        self._nemesis.take_up(past)

    def inject(self, faults: str) -> str:
        """Inject faults now, or when they say; their names. Raises `UsageError`."""
        if self.state.ended:
            raise UsageError("The session is over")
        return self._nemesis.inject(faults)

    async def _play(self) -> None:
        if not any(agent.turn for agent in self.state.agents.values()):
            await self._steps.due(self._assign)
        settings = self.state.started.settings if self.state.started else None
        assert settings
        try:
            async with budget.within(self.state, self._clock):
                cadence = self._free if settings.cadence == "free" else self._rounds
                self._reason = await cadence.play(settings.max_rounds)
        except budget.BudgetSpent as limit:
            self._reason, self._detail = "budget", str(limit)
        final = await self._tests.run(e.SESSION, 0)
        none_given = final.returncode == NO_TESTS and not self._given_tests()
        self._passed = final.returncode == 0 or none_given

    def _given_tests(self) -> bool:
        return bool(self.state.started and self.state.started.tests)

    def _assign(self) -> None:
        for task, owner in self._team.begin(self.state):
            epoch = self.state.tasks[task].epoch + 1
            if epoch == 1:  # else a process before this one had come as far as that
                self._recorder.record(e.TaskAssigned(task=task, owner=owner, epoch=epoch))

    def _record_ending(self, plot: asyncio.Task[None]) -> None:
        if self._stopped or plot.cancelled():
            ending = e.SessionEnded(
                reason="interrupted", success=False, detail=self._stopped or "cancelled"
            )
        elif error := plot.exception():
            ending = e.SessionEnded(reason="failed", success=False, detail=_explained(error))
        else:
            success = self._reason == "done" and self._passed
            detail = "Every agent has crashed." if self._reason == "failed" else self._detail
            ending = e.SessionEnded(reason=self._reason, success=success, detail=detail)
        self._recorder.record(ending)


def _explained(error: BaseException) -> str:
    """What went wrong, for a person; with the trace where the fault is ours."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, CrosstalkError):
        return " ".join(part for part in (str(error), error.fix) if part)
    return "".join(traceback.format_exception(error))[-4000:]
