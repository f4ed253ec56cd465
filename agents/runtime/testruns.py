"""Test runs as events: begun on a tree, ended with counts, while the team goes on."""

from collections.abc import Mapping

from agents.runtime.clock import Clock
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from agents.runtime.testing import TestOutcome, TestRunner
from workspaces.files.gateway import Gateway
from workspaces.files.trees import tree_of
from workspaces.history import events as e
from workspaces.history.codec import digest


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

    async def run(
        self, agent: str, turn: int, files: Mapping[str, bytes] | None = None
    ) -> e.TestsEnded:
        """One run for `agent`, recorded at its beginning and its end: on `files`, or on those
        that the agent works on."""
        started, tested = await self._steps.due(lambda: self._begin(agent, turn, files))
        began = self._clock.now()
        tests = self._tests(tested)
        outcome = await self._clock.work(self._runner.run(tested, tests))
        seconds = round(self._clock.now() - began, 6)
        return await self._steps.due(lambda: self._end(started, outcome, seconds))

    def _tests(self, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """The session's test files; where it was given none, those that are there."""
        started = self._recorder.state.started
        if started and started.tests:
            return started.tests
        return tuple(sorted(filter(_is_test, files)))

    def _begin(
        self, agent: str, turn: int, files: Mapping[str, bytes] | None
    ) -> tuple[e.TestsStarted, Mapping[str, bytes]]:
        state = self._recorder.state
        run = len(state.test_runs) + len(state.running_tests) + 1
        if files is None:
            tree, files = self._gateway.tree(agent), self._gateway.snapshot(agent)
        else:
            tree = tree_of({path: digest(data) for path, data in files.items()})
        started = e.TestsStarted(agent=agent, run=run, tree=tree, turn=turn)
        return self._recorder.record(started), files

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


def _is_test(path: str) -> bool:
    """By the names that pytest looks for."""
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))
