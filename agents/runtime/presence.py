"""Who of the team takes steps. An agent that was killed or hangs holds up nobody else.

An agent is stopped in the middle of a turn, at one of its steps: that is where harm comes from.
The barrier of a round does not wait for it. One that was frozen goes on with the same reply when
it is thawed, however much has changed meanwhile; one that crashed has forgotten it.
"""

import asyncio
from typing import Final, NamedTuple

from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from workspaces.history import events as e

FROZEN, CRASHED, HELD = "frozen", "crashed", "held"
PASSING: Final = (FROZEN, HELD)
"""Stopped in a turn that will go on."""
_STARTED: Final = {FROZEN: "thawed", HELD: "let go"}


class _Doom(NamedTuple):
    """How an agent will be stopped."""

    reason: str
    acting: bool
    steps: int


class Gone(Exception):
    """The agent crashed: its turn is over where it was."""


class Presence:
    """Stops agents and starts them again."""

    def __init__(self, recorder: Recorder, steps: Steps) -> None:
        self._recorder = recorder
        self._steps = steps
        self._doomed: dict[str, _Doom] = {}
        self.expected: set[str] = set()
        """Stopped agents that will be started again by themselves."""
        self._changed = asyncio.Event()

    def stopped(self, agent: str) -> str:
        """Why the agent takes no steps, empty while it does."""
        return self._recorder.state.agents[agent].stopped

    def stopped_or_absent(self, agent: str) -> bool:
        """Whether the agent cannot be stopped, or will be."""
        names = self._recorder.state.agents
        return agent not in names or agent in self._doomed or bool(self.stopped(agent))

    def stop(self, agent: str, reason: str, acting: bool, steps: int) -> None:
        """Stop the agent when it has taken `steps` more steps of turns: of its actions if
        `acting`, else of what it says."""
        self._doomed[agent] = _Doom(reason, acting, steps)

    def hold(self, agent: str) -> None:
        """Stop the agent where it is, at once, until a person lets it go on by `start`."""
        self._recorder.record(e.AgentStopped(agent=agent, reason=HELD))
        self.expected.add(agent)
        self._wake()

    def start(self, agent: str) -> None:
        """Let the agent go on, or spare it."""
        self._doomed.pop(agent, None)
        if self.stopped(agent):
            reason = _STARTED.get(self.stopped(agent), "restarted")
            self._recorder.record(e.AgentStarted(agent=agent, reason=reason))
        self.expected.discard(agent)
        self._wake()

    async def passage(self, agent: str, acting: bool = False) -> None:
        """Return when the agent may take a step of its turn, which is `acting` or speaking.
        Raises `Gone`."""
        doom = self._doomed.get(agent)
        if doom and doom.acting == acting and not self.stopped(agent):
            if doom.steps:
                self._doomed[agent] = doom._replace(steps=doom.steps - 1)
            else:
                await self._steps.due(lambda: self._stop(agent, doom.reason))
        while self.stopped(agent) in PASSING:
            await self._changed.wait()
        if self.stopped(agent):
            raise Gone(agent)

    async def leaves(self, agent: str) -> None:
        """Return when the agent is stopped."""
        while not self.stopped(agent):
            await self._changed.wait()

    async def somebody(self) -> bool:
        """Return when there is anyone who is not stopped; false when nobody will come back."""
        names = self._recorder.state.agents
        while all(map(self.stopped, names)):
            if self.expected.isdisjoint(names):
                return False
            await self._changed.wait()
        return True

    def _stop(self, agent: str, reason: str) -> None:
        if self._doomed.pop(agent, None):
            self._recorder.record(e.AgentStopped(agent=agent, reason=reason))
            self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
