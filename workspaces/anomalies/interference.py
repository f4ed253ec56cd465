"""Interference: a git command moved the files beneath agents at work.

Exact: a checkout, reset, stash, clean or rebase while another member is in the middle of a turn or
holds a task. Commits and merges add to what is there and are none.
"""

from collections.abc import Iterable

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import each_once, listed, witness
from workspaces.anomalies.writes import sentence, who
from workspaces.history.events import (
    AgentStopped,
    AnyEvent,
    RepositoryMoved,
    SessionResumed,
    TurnEnded,
    TurnStarted,
)
from workspaces.history.state import Agent, State

HARMFUL = frozenset({"checkout", "reset", "stash", "clean", "rebase"})


class Interferences:
    """Looks who is at work whenever the repository moves."""

    kinds = (Kind.INTERFERENCE,)
    events = (RepositoryMoved, TurnStarted, TurnEnded, AgentStopped, SessionResumed)

    def __init__(self) -> None:
        self._turns: dict[str, int] = {}

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """At most one finding."""
        match event:
            case TurnStarted():
                self._turns[event.agent] = event.seq
            case TurnEnded() | AgentStopped():
                self._turns.pop(event.agent, None)
            case SessionResumed():
                self._turns.clear()
            case RepositoryMoved() if event.operation in HARMFUL:
                return self._moved(event, state)
        return ()

    def _surely(self, agent: Agent, state: State) -> bool:
        """Whether no end of what the agent is at can be missing."""
        begun = [state.tasks[task].since for task in agent.tasks]
        if agent.name in self._turns:
            begun.append(self._turns[agent.name])
        return not all(map(state.gaps.after, begun))

    def _moved(self, event: RepositoryMoved, state: State) -> tuple[Finding, ...]:
        others = [agent for agent in state.agents.values() if agent.name != event.agent]
        busy = [a for a in others if (a.name in self._turns or a.tasks) and not a.stopped]
        if not busy:
            return ()
        names = [agent.name for agent in busy]
        mover = who(event.agent)
        turns = [
            Step(self._turns[name], f"{name} began a turn that was not over")
            for name in names
            if name in self._turns
        ]
        held = each_once(task for agent in busy for task in agent.tasks)
        sure = any(self._surely(agent, state) for agent in busy)
        finding = Finding(
            id=f"{Kind.INTERFERENCE}:{event.operation}:{event.seq}",
            kind=Kind.INTERFERENCE,
            severity=Severity.HIGH,
            verdict=Verdict.FOUND,
            agents=each_once((event.agent, *names)),
            tasks=held,
            witness=witness(
                turns,
                Step(event.seq, f"{mover} ran git {event.operation} in the workspace"),
            ),
            summary=sentence(
                f"{mover} ran git {event.operation} while {listed(names)} "
                f"{'was' if len(names) == 1 else 'were'} at work."
            ),
            seq=event.seq,
            t=event.t,
            case=f"moved:{event.seq}",
            facts={"operation": event.operation, "at_work": str(len(names))},
        )
        return (doubted(finding, not sure),)
