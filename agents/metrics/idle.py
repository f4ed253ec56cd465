"""Where the team's time goes: busy or idle, and if idle, for what cause.

At every moment between a session's start and its end every agent is in exactly one condition, so
the conditions' times add up to agents x session time. An agent is *busy* while its model is
called (from the call to the end of the reply: reading a prompt is work, whether text streams yet
or not; a call that failed is over) and while it acts. It is idle while it waits, for one of
`CAUSES`.
"""

from dataclasses import dataclass, field
from typing import Final

from workspaces.history import events as e
from workspaces.history.state import State

BUSY = "busy"
CAUSES = (
    "human",
    "tool",
    "barrier",
    "model",
    "lease",
    "message",
    "dependency",
    "nothing-to-do",
)
"""Why an agent waits; where several apply, the first of them:

- `human`: the session is paused (a model or a test run may go on, but what comes of it waits in
  line like everything else, so nobody knows for how long it worked);
- `tool`: its own test run is under way;
- `barrier`: its turn ended and its round did not, or it has work it may do and is not asked yet;
- `model`: its last call failed, and nothing has come of another one yet;
- `lease`: its last turn was refused with the code `leased`;
- `message`: it chose to wait after sending a message, and nothing has come since;
- `dependency`: there are tasks for it, and all of them wait for others;
- `nothing-to-do`: no task is left that it might do; without rounds also when there are some, and
  it waits by its own choice until something new happens.
"""
_FOR_EVERYBODY: Final[frozenset[type]] = frozenset(
    {
        e.TaskAdded,
        e.TaskAssigned,
        e.TaskClaimed,
        e.TaskReleased,
        e.TaskCompleted,
        e.TaskVerified,
        e.TaskClosed,
        e.BackupStarted,
        e.SessionPaused,
        e.SessionContinued,
        e.SessionStarted,
        e.SessionResumed,
        e.RoundStarted,
        e.RoundEnded,
    }
)
"""Events that may change what others than their agent wait for."""


@dataclass(slots=True)
class _Member:
    """What the fold knows of one agent beside the state."""

    condition: str = "nothing-to-do"
    since: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    in_turn: bool = False
    tests: set[int] = field(default_factory=set)
    took_turn: bool = False
    failed: bool = False
    leased: bool = False
    awaits: bool = False
    waited: bool = False

    def enter(self, condition: str, t: float) -> None:
        """Be in `condition` from `t` on."""
        self.seconds[self.condition] = self.seconds.get(self.condition, 0.0) + t - self.since
        self.condition = condition
        self.since = t


class IdleTime:
    """Seconds that each agent spent in each condition.

    Time stands still between `session-ended` and `session-resumed`. An agent's condition is found
    anew when something happens to it, and every waiting agent's when a task, the round or a pause
    changes; text that streams costs nothing.
    """

    def __init__(self) -> None:
        self._members: dict[str, _Member] = {}
        self._now = 0.0
        self._running = False
        self._in_round = False

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`."""
        self._now = max(self._now, event.t)
        match event:
            case e.SessionStarted():
                self._members = {member.name: _Member(since=self._now) for member in event.members}
                self._running = True
            case e.SessionResumed():
                self._resume()
            case e.SessionEnded():
                self._settle(state)
                self._running = False
            case e.RoundStarted():
                self._in_round = True
                for member in self._members.values():
                    member.took_turn = False
            case e.RoundEnded():
                self._in_round = False
            case _:
                self._step(event, state)
        if type(event) in _FOR_EVERYBODY:
            self._settle(state)

    def seconds(self, agent: str) -> dict[str, float]:
        """The time of one agent in each condition: `BUSY` and all `CAUSES`."""
        member = self._members[agent]
        result = {condition: member.seconds.get(condition, 0.0) for condition in (BUSY, *CAUSES)}
        if self._running:
            result[member.condition] += self._now - member.since
        return result

    def condition(self, agent: str) -> str:
        """What the agent is in now: `BUSY` or one of `CAUSES`."""
        return self._members[agent].condition

    @property
    def shares(self) -> dict[str, float]:
        """Each condition's share of agents x session time. They sum to 1; all are 0 before any
        time has passed."""
        sums = dict.fromkeys((BUSY, *CAUSES), 0.0)
        for agent in self._members:
            for condition, seconds in self.seconds(agent).items():
                sums[condition] += seconds
        total = sum(sums.values())
        return {name: seconds / total if total else 0.0 for name, seconds in sums.items()}

    @property
    def busy(self) -> float:
        """The share of time that agents were busy."""
        return self.shares[BUSY]

    @property
    def idle(self) -> float:
        """The share of time that agents waited."""
        shares = self.shares
        return sum(shares[cause] for cause in CAUSES)

    @property
    def by_cause(self) -> dict[str, float]:
        """The idle share by cause; the values sum to `idle`."""
        shares = self.shares
        return {cause: shares[cause] for cause in CAUSES}

    def _step(self, event: e.AnyEvent, state: State) -> None:
        member = self._members.get(event.agent)
        if member is None:
            return
        match event:
            case e.TurnStarted():
                member.in_turn = True
                member.took_turn = True
                member.failed = member.leased = member.waited = False
            case e.CallFailed():
                member.failed = True
            case e.Text() | e.ToolText():
                if not member.failed:
                    return
                member.failed = False
            case e.ReplyEnded():
                member.failed = event.finish == "error"
            case e.TurnEnded():
                member.in_turn = False
            case e.TestsStarted():
                member.tests.add(event.run)
            case e.TestsEnded():
                member.tests.discard(event.run)
            case e.ActionRefused(code="leased"):
                member.leased = True
            case e.MessageSent():
                member.awaits = True
            case e.MessageDelivered():
                member.awaits = False
            case e.Waited():
                member.waited = True
            case _:
                return
        self._place(event.agent, member, state)

    def _resume(self) -> None:
        """A new process begins: nothing that the old one had under way goes on."""
        self._in_round = False
        for member in self._members.values():
            if not self._running:
                member.since = self._now
            member.in_turn = False
            member.tests.clear()
            member.took_turn = False
        self._running = True

    def _settle(self, state: State) -> None:
        for name, member in self._members.items():
            self._place(name, member, state)

    def _place(self, name: str, member: _Member, state: State) -> None:
        condition = self._judge(name, member, state)
        if self._running:
            member.enter(condition, self._now)

    def _judge(self, name: str, member: _Member, state: State) -> str:
        if state.paused:
            return "human"
        if member.tests:
            return "tool"
        if member.in_turn:
            return "model" if member.failed else BUSY
        if self._in_round and member.took_turn:
            return "barrier"
        if member.failed:
            return "model"
        if member.leased:
            return "lease"
        if member.waited and member.awaits:
            return "message"
        return _lacks(name, state)


def _lacks(name: str, state: State) -> str:
    """What an agent between turns waits for, judging by its own tasks or else the open ones."""
    free = state.started is not None and state.started.settings.cadence == "free"
    by_choice = "nothing-to-do" if free else "barrier"
    held = [task for task in state.agents[name].tasks if task in state.tasks]
    if held:
        return "dependency" if all(state.missing(task) for task in held) else by_choice
    open_tasks = [task for task in state.tasks.values() if task.status == "open"]
    if not open_tasks:
        return "nothing-to-do"
    return "dependency" if all(state.missing(task.id) for task in open_tasks) else by_choice
