"""A session in numbers: the object that `crosstalk run --json` ends with, made from its history."""

import pickle
from collections.abc import Iterable

import msgspec

from agents.metrics.idle import IdleTime
from agents.metrics.paper import PaperCounts
from agents.metrics.speedup import TaskShape
from agents.metrics.stragglers import StragglerGaps
from agents.metrics.throughput import Throughput
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import State

FAILED_RUNS = frozenset({1, 2, 3, 124})
"""pytest's codes that the paper counts as a failed run (1 tests failed, 2 interrupted, 3 broken),
and ours for a run that was stopped at its time limit. A run without tests (5) is no failure."""
_DIGITS = 6
_NOT_KEPT = ("findings", "_own_findings")


class IdleSummary(msgspec.Struct, frozen=True):
    """The share of agents x session time spent waiting, and its parts by cause."""

    share: float
    by_cause: dict[str, float]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A session's figures, in the JSON object's order.

    The caller who ran the session adds `dir` and `wall_seconds`, which no history knows.
    `seconds` is session time, `agents` the size of the team. `tasks` leaves out those closed as not
    needed. `rounds`, `straggler_gap_s` and the counts of `paper` that are made by round are null
    for a team without rounds. `cost_usd` is null when the price of
    any reply is unknown: part of a sum would look like the whole. `messages` are those sent from
    agent to agent (`paper` counts replies). `tests_passed` and `tests_failed` are those of the
    last test run, `test_runs_failed` counts the agents' runs, not the session's own. `findings`
    counts every kind and includes those whose verdict is unknown.
    """

    session: str
    success: bool
    tasks_done: int
    tasks: int
    seconds: float
    rounds: int | None
    agents: int
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    messages: int
    tests_passed: int
    tests_failed: int
    test_runs_failed: int
    commits: int
    idle: IdleSummary
    straggler_gap_s: float | None
    speedup_bound: float
    findings: dict[str, int]
    paper: dict[str, int | None]

    def to_dict(self) -> dict[str, object]:
        """The same as plain values, for JSON."""
        result: dict[str, object] = msgspec.to_builtins(self)
        return result


class Metrics:
    """All metrics of one session as one fold: what a footer shows and a summary sums up.

    Give it the `findings` that the caller folds anyway, or it folds its own.
    """

    def __init__(self, findings: Findings | None = None) -> None:
        self._own_findings = findings is None
        self.findings = Findings() if findings is None else findings
        self.idle = IdleTime()
        self.paper = PaperCounts()
        self.shape = TaskShape()
        self.stragglers = StragglerGaps()
        self.throughput = Throughput()
        self._cost: float | None = 0.0
        self._test_runs_failed = 0

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`; `state` already has."""
        if self._own_findings:
            self.findings.observe(event, state)
        self.idle.observe(event, state)
        self.throughput.observe(event, state)
        if isinstance(event, e.Text | e.ToolText):  # half of all events, and news to no other part
            return
        for part in (self.paper, self.shape, self.stragglers):
            part.observe(event, state)
        match event:
            case e.ReplyEnded():
                self._cost = _sum(self._cost, event.cost_usd)
            case e.TestsEnded() if event.agent in state.agents:
                self._test_runs_failed += event.returncode in FAILED_RUNS

    def kept(self) -> bytes:
        """All of it at this moment but the findings, for `take_up`."""
        return pickle.dumps({k: v for k, v in vars(self).items() if k not in _NOT_KEPT})

    def take_up(self, kept: bytes) -> None:
        """Be as it was when that was kept, in this process; findings stay as they are."""
        vars(self).update(pickle.loads(kept))

    def summary(self, state: State) -> Summary:
        """The figures at the moment of `state`, which is the one last observed."""
        last = state.test_runs[-1] if state.test_runs else None
        members = state.agents.values()
        free = state.started is not None and state.started.settings.cadence == "free"
        return Summary(
            session=state.started.session if state.started else "",
            success=bool(state.ended and state.ended.success),
            tasks_done=sum(task.status == "done" for task in state.tasks.values()),
            tasks=sum(task.status != "closed" for task in state.tasks.values()),
            seconds=state.t,
            rounds=None if free else self.paper.rounds,
            agents=len(state.agents),
            tokens_in=sum(member.tokens_in for member in members),
            tokens_out=sum(member.tokens_out for member in members),
            cost_usd=None if self._cost is None else round(self._cost, _DIGITS),
            messages=sum(message.sender in state.agents for message in state.messages),
            tests_passed=last.passed if last else 0,
            tests_failed=last.failed + last.errors if last else 0,
            test_runs_failed=self._test_runs_failed,
            commits=len(set(state.commits.values())),
            idle=IdleSummary(
                round(self.idle.idle, _DIGITS),
                {cause: round(share, _DIGITS) for cause, share in self.idle.by_cause.items()},
            ),
            straggler_gap_s=None if free else round(self.stragglers.mean, _DIGITS),
            speedup_bound=round(self.shape.bound(max(len(state.agents), 1)), _DIGITS),
            findings=self.findings.counts(),
            paper=self.paper.counts(),
        )


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def summarise(events: Iterable[e.AnyEvent]) -> Summary:
    """The figures of a whole history, or of the part of it that `events` holds."""
    state = State()
    metrics = Metrics()
    for event in events:
        state.apply(event)
        metrics.observe(event, state)
    return metrics.summary(state)
