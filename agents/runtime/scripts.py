"""Scripts that agents run, as events: begun, and ended with what was printed, beside the team."""

from pathlib import PurePosixPath

from agents.protocol.actions import RunScript
from agents.runtime.acting import Acting
from agents.runtime.clock import Clock
from agents.runtime.recorder import Recorder
from agents.runtime.refused import Refused
from agents.runtime.steps import Steps
from agents.runtime.testing import ScriptOutcome, TestRunner
from workspaces.files.gateway import Gateway
from workspaces.files.paths import confine
from workspaces.history import events as e


class Scripts:
    """Runs Python files of the workspace on a copy of it, confined as tests are."""

    def __init__(
        self,
        recorder: Recorder,
        steps: Steps,
        acting: Acting,
        gateway: Gateway,
        runner: TestRunner,
        clock: Clock,
    ) -> None:
        self._recorder = recorder
        self._steps = steps
        self._acting = acting
        self._gateway = gateway
        self._runner = runner
        self._clock = clock

    async def run(self, agent: str, turn: int, action: RunScript) -> None:
        """Run the script, or record why not."""
        begun = await self._steps.due(lambda: self._begin(agent, turn, action))
        if begun is None:
            return
        started, files = begun
        began = self._clock.now()
        outcome = await self._clock.work(self._runner.run_script(files, started.path))
        seconds = round(self._clock.now() - began, 6)
        await self._steps.due(lambda: self._end(started, outcome, seconds))

    def _begin(
        self, agent: str, turn: int, action: RunScript
    ) -> tuple[e.ScriptStarted, dict[str, bytes]] | None:
        begun: list[tuple[e.ScriptStarted, dict[str, bytes]]] = []

        def begin() -> None:
            path = confine(action.path)
            if PurePosixPath(path).suffix != ".py":
                raise Refused("script", f"{path} is no Python file.")
            if not self._gateway.exists(agent, path):
                raise Refused("missing", f"{path} does not exist.")
            number = self._recorder.state.scripts + 1
            started = e.ScriptStarted(agent=agent, run=number, path=path, turn=turn)
            begun.append((self._recorder.record(started), self._gateway.snapshot(agent)))

        self._acting.attempt(agent, turn, action, begin)
        return begun[0] if begun else None

    def _end(self, started: e.ScriptStarted, outcome: ScriptOutcome, seconds: float) -> None:
        self._recorder.record(
            e.ScriptEnded(
                agent=started.agent,
                run=started.run,
                path=started.path,
                returncode=outcome.returncode,
                seconds=seconds,
                turn=started.turn,
                output=outcome.output,
            )
        )
