"""What an agent can have acted on: the reads that its last contexts held.

A read's content is in the agent's next context. So a write rests on the reads made since the
agent's previous turn began; with no turns recorded, on all of them.
"""

from workspaces.history.events import (
    AgentStopped,
    AnyEvent,
    Event,
    FileRead,
    FileWritten,
    TurnStarted,
)

MOST_READS = 64
"""Reads of one agent that are kept; the oldest go first."""


class RecentReads:
    """The fold of who has read which path in this turn or the one before."""

    events: tuple[type[Event], ...] = (TurnStarted, FileRead, FileWritten, AgentStopped)
    """The classes of events it must be shown."""

    def __init__(self) -> None:
        self._older: dict[str, dict[str, FileRead]] = {}
        self._newer: dict[str, dict[str, FileRead]] = {}

    def observe(self, event: AnyEvent) -> None:
        """Move past `event`. Show it a write only after asking what the write rests on: what the
        writer then knows of the path is its own version."""
        if isinstance(event, FileRead):
            if not event.where:
                reads = self._newer.setdefault(event.agent, {})
                reads.pop(event.path, None)
                if len(reads) >= MOST_READS:
                    del reads[next(iter(reads))]
                reads[event.path] = event
        elif isinstance(event, TurnStarted):
            self._older[event.agent] = self._newer.pop(event.agent, {})
        elif isinstance(event, FileWritten):
            for kept in (self._older, self._newer):
                if event.agent in kept:
                    kept[event.agent].pop(event.path, None)

    def of(self, agent: str) -> dict[str, FileRead]:
        """The newest recent read of each path."""
        older, newer = self._older.get(agent), self._newer.get(agent)
        if older and newer:
            return {**older, **newer}
        return older or newer or {}
