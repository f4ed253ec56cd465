"""Zombie writes: a write under a lease that was not the newest any more.

Exact (fencing tokens; Gray and Cheriton 1989 for leases): a write whose token is older than the
newest granted for its path, or that has none although somebody else's lease on the path is in force
(granted, not ended, not past its time). Where leases and fencing are enforced such writes are
refused, so each of these got past them.
"""

from collections.abc import Iterable

from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import each_once, witness
from workspaces.anomalies.writes import verb
from workspaces.history.events import SESSION, AnyEvent, FileWritten, LeaseGranted
from workspaces.history.state import State


class ZombieWrites:
    """Holds each write's token against the newest of its path."""

    kinds = (Kind.ZOMBIE_WRITE,)
    events = (LeaseGranted, FileWritten)

    def __init__(self) -> None:
        self._newest: dict[str, LeaseGranted] = {}

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """At most one finding."""
        if isinstance(event, LeaseGranted):
            before = self._newest.get(event.path)
            if before is None or event.token > before.token:
                self._newest[event.path] = event
        elif isinstance(event, FileWritten) and event.agent != SESSION and not event.where:
            newest = self._newest.get(event.path)
            if newest and event.token < newest.token and _fenced_off(event, newest, state):
                return (_finding(event, newest),)
        return ()


def _fenced_off(event: FileWritten, newest: LeaseGranted, state: State) -> bool:
    if event.token:
        return True
    lease = state.leases.get(event.path)
    return lease is not None and lease.holder != event.agent and lease.expires > event.t


def _finding(event: FileWritten, newest: LeaseGranted) -> Finding:
    agent, holder = event.agent, newest.agent
    under = f"token {event.token}" if event.token else "no lease"
    since = f"token {newest.token}" + (f" of {holder}" if holder != agent else " of its own")
    return Finding(
        id=f"{Kind.ZOMBIE_WRITE}:{event.path}:{newest.seq}:{event.seq}",
        kind=Kind.ZOMBIE_WRITE,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=each_once((holder, agent)),
        paths=(event.path,),
        tasks=each_once((event.task,)),
        witness=witness(
            Step(newest.seq, f"{holder} was granted {event.path} with token {newest.token}"),
            Step(event.seq, f"{agent} {verb(event)} it with {under}, and was let through"),
        ),
        summary=f"{agent} {verb(event)} {event.path} with {under}, although {since} is newer.",
        seq=event.seq,
        t=event.t,
        case=f"write:{event.seq}",
        facts={"token": str(event.token), "newest": str(newest.token)},
    )
