"""Stragglers: an agent whose turn takes far longer than its peers', with little to show for it.

A judgement, by a robust rule: at the end of any turn, an agent's turn under way or just ended is a
straggler when it has taken at least `FACTOR` times the median of its peers' last turns and more
than `DEVIATIONS` scaled median absolute deviations above it (Iglewicz and Hoaglin 1993 cut at 3.5),
and there are at least `PEERS` of those. Time while the session was paused counts for nobody. It is
a harder task and not reported when the turn completed a task, or when it has produced text in
proportion: at least half as much above its peers' median as its time is. Once for each turn. The
paper's gap between the slowest and the mean of a round is a metric, not a finding.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import seconds, witness
from workspaces.history import events as e
from workspaces.history.state import State

FACTOR = 2.0
DEVIATIONS = 3.5
SCALE = 1.4826
"""Makes the median absolute deviation comparable to a standard deviation."""
PEERS = 5
PATIENCE = 1.25
"""A turn under way that was not found too long is looked at again when it is this much longer, and
when it ends; to look at every turn whenever one ends would cost the square of the team."""
KEPT = 16
"""Turns of each agent that are remembered."""
AT_ONCE = 32
"""Peers' turns that are looked at, spread over all of them."""


@dataclass(slots=True)
class _Turn:
    event: e.TurnStarted
    paused: float
    characters: int = 0
    completed: bool = False
    told: bool = False
    next: float = 0.0
    """How long it must have taken before it is worth while to look again."""


class Stragglers:
    """Times every turn against those of the others."""

    kinds = (Kind.STRAGGLER,)
    events = (
        e.TurnStarted,
        e.TurnEnded,
        e.Text,
        e.ToolText,
        e.TaskCompleted,
        e.SessionPaused,
        e.SessionContinued,
        e.SessionResumed,
        e.AgentStopped,
    )

    def __init__(self) -> None:
        self._open: dict[str, _Turn] = {}
        self._past: dict[str, deque[tuple[float, int]]] = {}
        self._paused = 0.0
        self._since: float | None = None

    def observe(self, event: e.AnyEvent, state: State) -> Iterable[Finding]:
        """The turns that `event` shows to be too long."""
        match event:
            case e.Text() | e.ToolText():
                if turn := self._open.get(event.agent):
                    turn.characters += len(event.text)
            case e.TurnStarted():
                self._open[event.agent] = _Turn(event, self._pauses(event.t))
            case e.TaskCompleted():
                if turn := self._open.get(event.agent):
                    turn.completed = True
            case e.TurnEnded():
                return self._ended(event, state)
            case e.SessionPaused():
                self._since = event.t if self._since is None else self._since
            case e.SessionContinued():
                self._paused, self._since = self._pauses(event.t), None
            case e.SessionResumed():
                self._paused, self._since = self._pauses(event.t), None
                self._open.clear()
            case e.AgentStopped():
                self._open.pop(event.agent, None)
        return ()

    def _pauses(self, now: float) -> float:
        return self._paused + (now - self._since if self._since is not None else 0.0)

    def _ended(self, event: e.TurnEnded, state: State) -> list[Finding]:
        found: list[Finding] = []
        paused = self._pauses(event.t)
        for agent, turn in self._open.items():
            took = event.t - turn.event.t - (paused - turn.paused)
            over = agent == event.agent
            if turn.told or (took < turn.next and not over):
                continue
            # A turn that seems to go on may be one whose end is missing: then wait for its end.
            if (over or not state.gaps.newest) and (
                finding := self._judge(agent, turn, took, event)
            ):
                turn.told = True
                found.append(doubted(finding, _doubtful(agent, turn, state)))
        turn_ = self._open.pop(event.agent, None)
        if turn_:
            took = event.t - turn_.event.t - (paused - turn_.paused)
            self._past.setdefault(event.agent, deque(maxlen=KEPT)).append((took, turn_.characters))
        return found

    def _judge(self, agent: str, turn: _Turn, took: float, event: e.TurnEnded) -> Finding | None:
        if turn.completed:
            return None
        peers = self._peers(agent)
        if len(peers) < PEERS:
            return None
        times = [time for time, _ in peers]
        middle = median(times)
        turn.next = max(FACTOR * middle, took * PATIENCE)
        if took < FACTOR * middle:
            return None
        spread = SCALE * median([abs(time - middle) for time in times])
        if took <= middle + DEVIATIONS * spread:
            return None
        usual = median([characters for _, characters in peers])
        if turn.characters and turn.characters * middle >= usual * took / 2:
            return None
        return _finding(agent, turn, took, middle, len(peers), event)

    def _peers(self, agent: str) -> Sequence[tuple[float, int]]:
        each = [past for name, past in self._past.items() if name != agent]
        return [entry for past in each for entry in list(past)[-max(AT_ONCE // len(each), 1) :]]


def _doubtful(agent: str, turn: _Turn, state: State) -> bool:
    """Whether the agent may have got something done, or the session been paused, in events that
    are missing. Streamed text is no step, so of a turn without any it is doubtful whether there
    was none."""
    if not turn.characters and state.gaps.newest:
        return True
    return any(state.gaps.of(actor, turn.event.seq) for actor in (agent, e.SESSION))


def _finding(
    agent: str, turn: _Turn, took: float, middle: float, peers: int, event: e.TurnEnded
) -> Finding:
    over = event.agent == agent
    so_far = "took" if over else "has taken"
    usual = seconds(middle)
    return Finding(
        id=f"{Kind.STRAGGLER}:{agent}:{turn.event.seq}",
        kind=Kind.STRAGGLER,
        severity=Severity.LOW,
        verdict=Verdict.FOUND,
        agents=(agent,),
        witness=witness(
            Step(turn.event.seq, f"{agent} began its turn"),
            Step(
                event.seq,
                f"{'it ended' if over else f'{event.agent} ended another'} after "
                f"{seconds(took)}; half of the last {peers} turns of others took {usual} or less",
            ),
        ),
        summary=f"{agent}'s turn {so_far} {seconds(took)}, others' usually {usual}, and it "
        "completed nothing.",
        seq=event.seq,
        t=event.t,
        case=f"turn:{turn.event.seq}",
        facts={"times": f"{took / middle:.1f}" if middle > 0 else "unknown", "peers": str(peers)},
    )
