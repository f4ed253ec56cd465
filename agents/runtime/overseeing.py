"""Carrying out what no agent decides: recovery from silent holders, and what a policy moves."""

from agents.runtime.acting import Acting
from agents.runtime.clock import Clock
from agents.runtime.recorder import Recorder
from agents.teams import recovery
from agents.teams.team import Team
from workspaces.history import events as e


class Overseeing:
    """Looks at the team between turns; the session acts on what is decided."""

    def __init__(self, recorder: Recorder, acting: Acting, team: Team, clock: Clock) -> None:
        self._recorder = recorder
        self._acting = acting
        self._team = team
        self._clock = clock

    def look(self) -> None:
        """Decide and act. A step of the session."""
        state, beats = self._recorder.state, self._recorder.heartbeats
        for decision in recovery.decide(state, beats, self._clock.now()):
            self._do(decision)
        for task, owner in self._team.balance(state):
            self._acting.tasks.take(task, f"given to {owner}, which has nothing to do")
            self._acting.tasks.give(state.tasks[task], owner)

    def due(self) -> float | None:
        """Seconds until a look would be worth while though nothing happens; `None` for never."""
        at = recovery.due(self._recorder.state, self._recorder.heartbeats)
        return None if at is None else max(at - self._clock.now(), 0.0)

    def _do(self, decision: recovery.Decision) -> None:
        record, tasks = self._recorder.record, self._recorder.state.tasks
        match decision:
            case recovery.Missed(task, owner, rounds):
                record(e.HeartbeatMissed(task=task, owner=owner, rounds=rounds))
            case recovery.Release(task, reason, owner):
                self._acting.tasks.take(task, reason)
                if owner:
                    self._acting.tasks.give(tasks[task], owner)
            case recovery.Backup(task, owner):
                epoch = tasks[task].epoch + 1
                self._acting.control.race(tasks[task])
                record(e.BackupStarted(task=task, owner=owner, epoch=epoch))
