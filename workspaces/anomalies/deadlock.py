"""Deadlocks: agents that wait for each other, so that none of them can go on.

Exact on what `waiting` says of wants, under the model in which an agent goes on as soon as any one
of its wants is met, and a want needs each of those it waits for (Knapp 1987): there is a set of
agents, all of whose wants need somebody in the set. In it there is a cycle, which is the witness.
A lease that has run out is no wait (it had a timeout), nor is a task that nobody holds. Found when
the last of the agents ends its turn; reported once, and again only after one of them went on.
"""

from collections.abc import Iterable

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.waiting import Waiting
from workspaces.anomalies.witness import listed, witness
from workspaces.history.events import ActionRefused, AnyEvent, MessageSent, TurnEnded, Waited
from workspaces.history.state import State

_Wants = dict[str, list[tuple[int, str, frozenset[str]]]]


class Deadlocks:
    """Looks for a set of agents that wait for each other whenever a turn ends in a wait."""

    kinds = (Kind.DEADLOCK,)
    events = Waiting.events

    def __init__(self) -> None:
        self._waiting = Waiting()
        self._told: set[frozenset[str]] = set()
        """Cycles that were reported, until one of theirs goes on; there can be several at once."""

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The deadlock that `event` closes."""
        self._waiting.observe(event)
        if not isinstance(event, TurnEnded):
            if not isinstance(event, ActionRefused | Waited | MessageSent):
                self._told = {told for told in self._told if event.agent not in told}
            return ()
        if not self._waiting.blockers(event.agent, state):
            return ()
        wants = _stuck({name: self._waiting.blockers(name, state) for name in state.agents})
        if event.agent not in wants:
            return ()
        cycle = _cycle(event.agent, wants)
        if any(told.issuperset(cycle) for told in self._told):
            return ()
        self._told.add(frozenset(cycle))
        went_on = state.gaps.after(min(wants[name][0][0] for name in cycle))
        return (doubted(_finding(cycle, wants, event), went_on),)


def _stuck(wants: _Wants) -> _Wants:
    """The agents of whom none can go on, with their wants: the rest are taken out until nobody
    is left who waits for one of them alone."""
    stuck = {name: each for name, each in wants.items() if each}
    while True:
        free = [
            name
            for name, each in stuck.items()
            if any(not (holders & stuck.keys()) for _, _, holders in each)
        ]
        if not free:
            return stuck
        for name in free:
            del stuck[name]


def _cycle(start: str, wants: _Wants) -> list[str]:
    """Agents each of whom waits for the next and the last for the first."""
    seen: list[str] = []
    current = start
    while current not in seen:
        seen.append(current)
        _, _, holders = wants[current][0]
        current = next(name for name in wants if name in holders)
    return seen[seen.index(current) :]


def _finding(cycle: list[str], wants: _Wants, event: TurnEnded) -> Finding:
    needs = [f"{name} for {wants[name][0][1]}" for name in cycle]
    return Finding(
        id=f"{Kind.DEADLOCK}:{event.seq}",
        kind=Kind.DEADLOCK,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=tuple(cycle),
        witness=witness(
            [
                Step(wants[name][0][0], f"{name} began to wait for {wants[name][0][1]}")
                for name in cycle
            ],
            Step(event.seq, f"{event.agent}'s turn ended, and none of them can go on"),
        ),
        summary=f"{listed(cycle)} wait for each other: {listed(needs)}.",
        seq=event.seq,
        t=event.t,
        case=f"wait:{event.seq}",
        facts={"cycle": " -> ".join((*cycle, cycle[0]))},
    )
