"""Idleness: an agent waits longer than its team usually works on a turn.

A judgement. A wait is the time from the end of a turn (or the start of the session) to the agent's
next, without pauses. It is reported when it exceeds `TURNS` times the median of the team's last
turns, of which there must be `KNOWN`; when the next turn begins, or already when the session ends
or somebody else's turn does. Once for each wait. The cause is the first that applies when the wait
began: `lease` (its last turn was refused one), `message` (it asked, and chose to wait),
`dependency` (all tasks it holds need others, or it holds none and was refused one that does),
`nothing-to-do` (it holds none and none is open), `barrier` (others still work in the round, or it
is not asked). An agent that stopped does not wait. How much time the team lost to each cause is a
metric.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.questions import is_question
from workspaces.anomalies.witness import seconds, witness
from workspaces.history import events as e
from workspaces.history.state import State

TURNS = 3.0
KNOWN = 5
KEPT = 32

_WORDS = {
    "lease": "a file leased to another",
    "message": "an answer",
    "dependency": "tasks that others have to complete first",
    "nothing-to-do": "something to do",
    "barrier": "the end of the round",
}


@dataclass(slots=True)
class _Member:
    began: float
    seq: int
    paused: float = 0.0
    waits: bool = True
    cause: str = ""
    leased: bool = False
    blocked: bool = False
    asked: bool = False
    chose: bool = False
    told: bool = False


class Idleness:
    """Times every wait."""

    kinds = (Kind.IDLE,)
    events = (
        e.SessionStarted,
        e.SessionEnded,
        e.SessionResumed,
        e.SessionPaused,
        e.SessionContinued,
        e.TurnStarted,
        e.TurnEnded,
        e.ActionRefused,
        e.MessageSent,
        e.Waited,
        e.AgentStopped,
    )

    def __init__(self) -> None:
        self._members: dict[str, _Member] = {}
        self._turns: deque[float] = deque(maxlen=KEPT)
        self._paused = 0.0
        self._since: float | None = None
        self._usual = 0.0
        """How long a turn takes, 0 while that is not known."""

    def observe(self, event: e.AnyEvent, state: State) -> Iterable[Finding]:
        """The waits that `event` shows to be too long."""
        match event:
            case e.SessionStarted():
                self._members = {m.name: _Member(event.t, event.seq) for m in event.members}
            case e.SessionPaused():
                self._since = event.t if self._since is None else self._since
            case e.SessionContinued():
                self._paused, self._since = self._pauses(event.t), None
            case e.SessionResumed():
                self._paused, self._since = self._pauses(event.t), None
                for each in self._members.values():
                    self._begin(each, event)
            case e.SessionEnded():
                return self._too_long(event, state)
            case _:
                if member := self._members.get(event.agent):
                    return self._step(member, event, state)
        return ()

    def _step(self, member: _Member, event: e.AnyEvent, state: State) -> Iterable[Finding]:
        match event:
            case e.TurnStarted():
                found = self._judge(event.agent, member, event, state)
                member.waits = False
                member.began, member.paused = event.t, self._pauses(event.t)
                member.leased = member.blocked = member.chose = False
                return [found] if found else ()
            case e.TurnEnded():
                if not member.waits:
                    took = event.t - member.began - self._pauses(event.t) + member.paused
                    self._turns.append(took)
                    if len(self._turns) >= KNOWN:
                        self._usual = median(self._turns)
                self._begin(member, event)
                member.cause = _cause(event.agent, member, state)
                return self._too_long(event, state)
            case e.ActionRefused():
                member.leased = member.leased or event.code == "leased"
                member.blocked = member.blocked or event.code == "blocked"
            case e.MessageSent() if len(event.to) == 1 and is_question(event.text):
                member.asked = True
            case e.Waited():
                member.chose = True
            case e.AgentStopped():
                member.waits = False
        return ()

    def _begin(self, member: _Member, event: e.AnyEvent) -> None:
        member.waits, member.told = True, False
        member.began, member.seq = event.t, event.seq
        member.paused = self._pauses(event.t)

    def _pauses(self, now: float) -> float:
        return self._paused + (now - self._since if self._since is not None else 0.0)

    def _too_long(self, event: e.AnyEvent, state: State) -> list[Finding]:
        # A wait that seems to go on may be one whose end is missing: then wait for its end.
        latest = event.t - TURNS * self._usual
        each = (
            self._judge(name, member, event, state)
            for name, member in self._members.items()
            if member.began < latest and not state.gaps.newest
        )
        return [finding for finding in each if finding]

    def _judge(
        self, agent: str, member: _Member, event: e.AnyEvent, state: State
    ) -> Finding | None:
        if not self._usual or not member.waits or member.told:
            return None
        waited = event.t - member.began - self._pauses(event.t) + member.paused
        if waited <= TURNS * self._usual:
            return None
        member.told = True
        cause = member.cause or _left(state)
        finding = Finding(
            id=f"{Kind.IDLE}:{agent}:{member.seq}",
            kind=Kind.IDLE,
            severity=Severity.INFO if cause == "nothing-to-do" else Severity.LOW,
            verdict=Verdict.FOUND,
            agents=(agent,),
            witness=witness(
                Step(member.seq, f"{agent} began to wait for {_WORDS[cause]}"),
                Step(event.seq, f"{seconds(waited)} had passed"),
            ),
            summary=f"{agent} waited {seconds(waited)} for {_WORDS[cause]}; a turn usually takes "
            f"{seconds(self._usual)}.",
            seq=event.seq,
            t=event.t,
            case=f"idle:{agent}:{member.seq}",
            facts={"cause": cause, "times": f"{waited / self._usual:.1f}"},
        )
        broken = (state.gaps.of(actor, member.seq) for actor in (agent, e.SESSION))
        return doubted(finding, any(broken))


def _cause(agent: str, member: _Member, state: State) -> str:
    if member.leased:
        return "lease"
    if member.asked and member.chose:
        member.asked = False
        return "message"
    if held := state.agents[agent].tasks:
        return "dependency" if all(state.missing(task) for task in held) else "barrier"
    return "dependency" if member.blocked else ""


def _left(state: State) -> str:
    """The cause of an agent that holds nothing: whether any task is open."""
    free = any(task.status == "open" for task in state.tasks.values())
    return "barrier" if free else "nothing-to-do"
