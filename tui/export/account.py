"""What a recording amounts to: its events, and all that exports need of what follows from them.

Folded once, then read by every format. Turns and test runs become stretches of time here, since
most tools that draw time know stretches and marks and nothing else. What was still under way when
the recording ended, ends with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from agents.metrics.summary import Metrics, Summary
from tui.views.picture import is_simulated
from workspaces.anomalies.finding import Finding
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import State


@dataclass(slots=True)
class Turn:
    """A turn of an agent. Times are in session seconds; `replied` is when the model's reply was
    complete, `None` if it never was. `says` is the reply's text."""

    agent: str
    number: int
    round: int
    seq: int
    began: float
    ended: float
    replied: float | None = None
    last: int = 0
    """The number of its last event."""
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    finish: str = ""
    says: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """A test run. `result` is missing if it never ended."""

    agent: str
    number: int
    seq: int
    began: float
    ended: float
    result: e.TestsEnded | None = None
    turn: Turn | None = None
    """The turn it lies in as a whole, if there is one."""


@dataclass(slots=True, frozen=True)
class Arrow:
    """A message on its way: the events and times of its sending and of one delivery."""

    sent: e.MessageSent
    received: e.MessageDelivered


class Account:
    """A whole recording. `folder` is the session's, `packed` the file it was packed into; both are
    `None` where there is none (an import).

    `problem` says why the recording ends where it does; empty when it is whole.
    """

    def __init__(
        self,
        events: Sequence[e.AnyEvent],
        folder: Path | None = None,
        problem: str = "",
        packed: Path | None = None,
    ) -> None:
        first = events[0]
        assert isinstance(first, e.SessionStarted)
        self.events = events
        self.folder = folder
        self.problem = problem
        self.packed = packed
        self.started = first
        self.state = State()
        self.turns: list[Turn] = []
        self.runs: list[Run] = []
        self.arrows: list[Arrow] = []
        self._open: dict[str, Turn] = {}
        self._running: dict[int, Run] = {}
        self._sent: dict[int, e.MessageSent] = {}
        found = Findings()
        metrics = Metrics(found)
        for event in events:
            self.state.apply(event)
            found.observe(event, self.state)
            metrics.observe(event, self.state)
            self._follow(event)
        for turn in self._open.values():
            turn.ended = max(self.state.t, turn.began)
        for run in self._running.values():
            run.ended = max(self.state.t, run.began)
        for run in self.runs:
            if run.turn and run.ended > run.turn.ended:
                run.turn = None
        self.findings: list[Finding] = found.all
        self.summary: Summary = metrics.summary(self.state)

    @property
    def began(self) -> datetime:
        """When the session began, by the wall's clock; the epoch's start where nobody knows."""
        try:
            told = datetime.fromisoformat(self.started.wall_time)
        except ValueError:
            return datetime.fromtimestamp(0, UTC)
        return told if told.tzinfo else told.replace(tzinfo=UTC)

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.state.t

    @property
    def title(self) -> str:
        """The session in a few words."""
        chosen = self.started.settings
        return f"{chosen.suite} · {chosen.team} · {len(self.started.members)} agents"

    def actors(self) -> list[str]:
        """The team in the order of its roster, then whoever else acted, as they came."""
        names = [member.name for member in self.started.members]
        names += [event.agent for event in self.events if event.steps]
        return list(dict.fromkeys(names))

    @property
    def simulated(self) -> bool:
        """Whether no real model takes part; then what shows the recording must say so."""
        models = [agent.model for agent in self.state.agents.values()]
        return bool(models) and all(is_simulated(model) for model in models)

    def model_of(self, agent: str) -> str:
        """The model of a member of the team; empty for others."""
        member = self.state.agents.get(agent)
        return member.model if member else ""

    def event(self, seq: int) -> e.AnyEvent | None:
        """The event of that number, if the recording has it."""
        return self.events[seq - 1] if 0 < seq <= len(self.events) else None

    def _follow(self, event: e.AnyEvent) -> None:
        turn = self._open.get(event.agent)
        if turn:
            turn.last = event.seq
        match event:
            case e.TurnStarted():
                if turn:
                    turn.ended = event.t
                turn = Turn(event.agent, event.turn, event.round, event.seq, event.t, event.t, None)
                self._open[event.agent] = turn
                self.turns.append(turn)
            case e.Text() if turn:
                turn.says.append(event.text)
            case e.ReplyEnded() if turn:
                turn.replied = event.t
                turn.tokens_in, turn.tokens_out = event.tokens_in, event.tokens_out
                turn.cost_usd, turn.finish = event.cost_usd, event.finish
            case e.TurnEnded() if turn:
                turn.ended = event.t
                del self._open[event.agent]
            case e.TestsStarted():
                run = Run(event.agent, event.run, event.seq, event.t, event.t, turn=turn)
                self._running[event.run] = run
                self.runs.append(run)
            case e.TestsEnded():
                over = self._running.pop(event.run, None)
                if over:
                    over.ended, over.result = event.t, event
            case e.MessageSent():
                self._sent[event.seq] = event
            case e.MessageDelivered():
                if sent := self._sent.get(event.message):
                    self.arrows.append(Arrow(sent, event))
            case _:
                pass
