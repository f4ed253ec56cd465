"""Faults, and agents that stop and start."""

from workspaces.history.events.envelope import Event


class FaultStarted(Event, frozen=True, kw_only=True, tag="fault-started"):
    """A fault is injected: `fault` names it as the menu does, `target` is the agent, path or task
    it strikes; `number` ties it to its end."""

    number: int
    fault: str
    target: str = ""
    detail: str = ""


class FaultEnded(Event, frozen=True, kw_only=True, tag="fault-ended"):
    """The injected fault is over."""

    number: int


class AgentStopped(Event, frozen=True, kw_only=True, tag="agent-stopped"):
    """`agent` takes no more steps; `reason` is `crashed`, `frozen`, `removed`, or `held` by a
    person."""

    reason: str


class AgentStarted(Event, frozen=True, kw_only=True, tag="agent-started"):
    """`agent` takes steps again."""

    reason: str = ""
