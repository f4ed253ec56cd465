"""Orphan claims: a task is held by an agent that does not work any more.

Exact in its first two rules, a judgement in the third:

- `stopped`: the holder crashed, froze or was removed, at that moment;
- `lease`: the holder's last lease ran out and was neither renewed nor ended by it, and the agent
  has taken no step since, seen at the next start of a round or when the lease is ended as expired;
- `silent`: the holder has taken no step in `ROUNDS` whole rounds, though a task it holds could be
  worked on.

A holder in the middle of a model's call is slow and not silent, and reported by the first rule
only. Once for each agent and stretch of silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.waiting import can_work
from workspaces.anomalies.witness import counted, listed, witness
from workspaces.history import events as e
from workspaces.history.state import State

ROUNDS = 3
_STEPS = (
    e.TurnStarted,
    e.ReplyEnded,
    e.TurnEnded,
    e.FileWritten,
    e.TaskCompleted,
    e.TaskClaimed,
    e.LeaseGranted,
    e.LeaseRenewed,
    e.AgentStarted,
)


@dataclass(slots=True)
class _Member:
    seq: int
    at: float = 0.0
    rounds: int = 0
    calling: bool = False
    expires: float | None = None
    """When its lease runs out, if it has one."""
    told: bool = False


class OrphanClaims:
    """Follows every holder's signs of life."""

    kinds = (Kind.ORPHAN_CLAIM,)
    events = (*_STEPS, e.AgentStopped, e.RoundStarted, e.LeaseEnded, e.SessionResumed)

    def __init__(self) -> None:
        self._members: dict[str, _Member] = {}

    def observe(self, event: e.AnyEvent, state: State) -> Iterable[Finding]:
        """The holders that `event` shows to be gone."""
        match event:
            case e.RoundStarted():
                return self._round(event, state)
            case e.AgentStopped():
                return self._stopped(event, state)
            case e.LeaseEnded():
                return self._ended(event, state)
            case e.SessionResumed():
                self._members.clear()
            case _ if event.agent in state.agents:
                member = self._members.setdefault(event.agent, _Member(event.seq))
                member.seq, member.at, member.rounds, member.told = event.seq, event.t, 0, False
                if isinstance(event, e.TurnStarted):
                    member.calling = True
                elif isinstance(event, e.ReplyEnded | e.TurnEnded):
                    member.calling = False
                elif isinstance(event, e.LeaseGranted | e.LeaseRenewed):
                    member.expires = event.expires
        return ()

    def _stopped(self, event: e.AgentStopped, state: State) -> list[Finding]:
        agent = state.agents.get(event.agent)
        if agent is None or not agent.tasks:
            return []
        member = self._members.setdefault(event.agent, _Member(event.seq))
        member.told = True
        why = {"frozen": "froze", "removed": "was removed"}.get(event.reason, "crashed")
        held = [state.tasks[task].since for task in agent.tasks]
        let_go = all(state.gaps.of(event.agent, since) for since in held)
        return [doubted(_finding(event.agent, event.seq, event, why, "stopped", state), let_go)]

    def _ended(self, event: e.LeaseEnded, state: State) -> list[Finding]:
        member = self._members.get(event.agent)
        if member is None:
            return []
        if event.reason == "expired":
            return self._lapsed(event.agent, member, event, state)
        member.expires = None
        return []

    def _round(self, event: e.RoundStarted, state: State) -> list[Finding]:
        found: list[Finding] = []
        for name in state.agents:
            member = self._members.setdefault(name, _Member(event.seq))
            if member.expires is not None and member.expires <= event.t:
                found += self._lapsed(name, member, event, state)
            member.rounds += 1
            silent = member.rounds > ROUNDS and not member.calling and not member.told
            if silent and can_work(name, state):
                member.told = True
                words = f"has taken no step in {counted(ROUNDS, 'round')}"
                finding = _finding(name, member.seq, event, words, "silent", state)
                found.append(doubted(finding, state.gaps.after(member.seq)))
        return found

    def _lapsed(self, name: str, member: _Member, event: e.AnyEvent, state: State) -> list[Finding]:
        lived_on = member.expires is None or member.at > member.expires
        member.expires = None
        agent = state.agents.get(name)
        if agent is None or not agent.tasks or member.told or member.calling or lived_on:
            return []
        member.told = True
        words = "let its lease run out and has taken no step since"
        finding = _finding(name, member.seq, event, words, "lease", state)
        return [doubted(finding, state.gaps.after(member.seq))]


def _finding(
    name: str, last: int, event: e.AnyEvent, words: str, rule: str, state: State
) -> Finding:
    tasks = tuple(state.agents[name].tasks)
    began = [] if last == event.seq else [Step(last, f"{name}'s last sign of life")]
    return Finding(
        id=f"{Kind.ORPHAN_CLAIM}:{name}:{event.seq}",
        kind=Kind.ORPHAN_CLAIM,
        severity=Severity.HIGH if rule == "stopped" else Severity.MEDIUM,
        verdict=Verdict.FOUND,
        agents=(name,),
        tasks=tasks,
        witness=witness(began, Step(event.seq, f"{name} {words}, holding {listed(tasks)}")),
        summary=f"{name} {words} while it holds {listed(tasks)}.",
        seq=event.seq,
        t=event.t,
        case=f"orphan:{name}:{event.seq}",
        facts={"rule": rule},
    )
