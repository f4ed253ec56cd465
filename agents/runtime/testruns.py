"""Test runs as events: begun on a tree, ended with counts, while the team goes on."""

from agents.runtime.clock import Clock
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from agents.runtime.testing import TestOutcome, TestRunner
from workspaces.files.gateway import Gateway
from workspaces.history import events as e


class TestRuns:
    """Runs the session's tests on the workspace as it is at that moment."""

    __test__ = False

    def __init__(
        self,
        recorder: Recorder,
        steps: Steps,
        gateway: Gateway,
        runner: TestRunner,
        clock: Clock,
    ) -> None:
        self._recorder = recorder
        self._steps = steps
        self._gateway = gateway
        self._runner = runner
        self._clock = clock

    async def run(self, agent: str, turn: int) -> e.TestsEnded:
        """One run for `agent`, recorded at its beginning and its end."""
        started, files = await self._steps.due(lambda: self._begin(agent, turn))
        began = self._clock.now()
        tests = self._recorder.state.started.tests if self._recorder.state.started else ()
        outcome = await self._clock.work(self._runner.run(files, tests))
        seconds = round(self._clock.now() - began, 6)
        return await self._steps.due(lambda: self._end(started, outcome, seconds))

    def _begin(self, agent: str, turn: int) -> tuple[e.TestsStarted, dict[str, bytes]]:
        state = self._recorder.state
        run = len(state.test_runs) + len(state.running_tests) + 1
        started = e.TestsStarted(agent=agent, run=run, tree=self._gateway.tree(), turn=turn)
        return self._recorder.record(started), self._gateway.snapshot()

    def _end(self, started: e.TestsStarted, outcome: TestOutcome, seconds: float) -> e.TestsEnded:
        return self._recorder.record(
            e.TestsEnded(
                agent=started.agent,
                run=started.run,
                tree=started.tree,
                turn=started.turn,
                passed=outcome.passed,
                failed=outcome.failed,
                errors=outcome.errors,
                returncode=outcome.returncode,
                seconds=seconds,
                failures=outcome.failures,
                output=outcome.output,
            )
        )
