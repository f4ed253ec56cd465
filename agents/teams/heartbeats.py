"""Who holds a task and shows no sign of work: the fold behind alerts and recovery.

After LATTE: an agent's beat is a write, a test run, a script or a claim. `silent` counts the rounds
in which it held a task that it could go on with and did not beat. Without rounds, what counts is an
agent's own turn without a beat, and as many turns of others as there are others while it is in
none: so an agent in the middle of a long call is slow, not silent. Being given another task begins
the count anew.

What a task takes is measured from when its holder could begin: it held it, what it needs was
settled, and its last task was done.
"""

from dataclasses import dataclass

from workspaces.history import events as e
from workspaces.history.state import State

_BEATS = e.FileWritten | e.TestsStarted | e.ScriptStarted


@dataclass(slots=True)
class _Member:
    silent: float = 0.0
    beat: bool = False
    """Whether it beat in this round, or in its turn under way."""
    free_since: float = 0.0
    """When it last completed a task."""


class Heartbeats:
    """Follows every agent. `observe` every event after `state` has applied it."""

    def __init__(self) -> None:
        self._members: dict[str, _Member] = {}
        self._settled: dict[str, float] = {}
        self._alerted: set[tuple[str, int]] = set()
        self.durations: list[float] = []
        """What completed tasks took, in session seconds."""

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`."""
        match event:
            case e.SessionStarted():
                self._members = {member.name: _Member() for member in event.members}
            case e.RoundEnded():
                for name in state.agents:
                    self._pass(name, 1.0, state)
            case e.TurnEnded() if not state.round:
                self._turn(event.agent, state)
            case e.TaskAssigned() if event.owner in self._members:
                self._members[event.owner].silent = 0.0
            case e.HeartbeatMissed() if event.task in state.tasks:
                self._alerted.add((event.task, state.tasks[event.task].epoch))
            case e.TaskCompleted() if event.task in state.tasks:
                self._completed(event, state)
            case e.TaskVerified() | e.TaskClosed():
                self._settled[event.task] = event.t
            case _ if isinstance(event, _BEATS | e.TaskClaimed) and event.agent in self._members:
                member = self._members[event.agent]
                member.beat, member.silent = True, 0.0

    def silent(self, agent: str) -> int:
        """For how many rounds the agent has held a task that it could go on with, and not
        beaten."""
        member = self._members.get(agent)
        return int(member.silent + 1e-9) if member else 0

    def alerted(self, task: str, epoch: int) -> bool:
        """Whether somebody was told of the task's silent holder already."""
        return (task, epoch) in self._alerted

    def began(self, task: str, agent: str, state: State) -> float:
        """When `agent` could begin to work on its `task`, in session seconds."""
        found = state.tasks[task]
        needed = [self._settled.get(name, 0.0) for name in found.dependencies]
        member = self._members.get(agent)
        return max(found.taken, member.free_since if member else 0.0, *needed, 0.0)

    def _pass(self, name: str, rounds: float, state: State) -> None:
        member = self._members.get(name)
        if member is None:
            return
        holds = any(not state.missing(task) for task in state.agents[name].tasks)
        if holds and not member.beat:
            member.silent += rounds
        member.beat = False

    def _turn(self, agent: str, state: State) -> None:
        others = max(len(self._members) - 1, 1)
        for name, member in self._members.items():
            if name == agent:
                self._pass(name, 1.0, state)
            elif state.agents[name].stopped or state.agents[name].activity == "waiting":
                beat, member.beat = member.beat, False
                self._pass(name, 1.0 / others, state)
                member.beat = beat

    def _completed(self, event: e.TaskCompleted, state: State) -> None:
        began = self.began(event.task, event.agent, state)
        self.durations.append(event.t - began)
        self._settled[event.task] = event.t
        if member := self._members.get(event.agent):
            member.free_since = event.t
            member.beat, member.silent = True, 0.0
