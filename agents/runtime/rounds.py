"""The cadence of the paper: rounds with a barrier.

In a round every agent that has something to do is asked at once; each one's actions are carried
out when its reply arrives, and the round ends when all have replied.
"""

import asyncio
from collections.abc import Mapping

from agents.models.base import Model
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from agents.runtime.turn import Turns
from agents.teams.team import Team
from workspaces.history import events as e


class Rounds:
    """Plays rounds until all tasks are done or a limit is met."""

    def __init__(
        self,
        recorder: Recorder,
        steps: Steps,
        turns: Turns,
        team: Team,
        models: Mapping[str, Model],
    ) -> None:
        self._recorder = recorder
        self._steps = steps
        self._turns = turns
        self._team = team
        self._models = models

    async def play(self, max_rounds: int, max_cost_usd: float | None) -> str:
        """Play on from the state's round; returns why it ended: `done`, `round-limit`,
        `budget`."""
        state = self._recorder.state
        while not state.done():
            if state.round >= max_rounds:
                return "round-limit"
            spent = sum(agent.cost_usd for agent in state.agents.values())
            if max_cost_usd is not None and spent >= max_cost_usd:
                return "budget"
            await self._round(state.round + 1)
        return "done"

    async def _round(self, number: int) -> None:
        state = self._recorder.state
        assert state.started
        await self._steps.due(lambda: self._recorder.record(e.RoundStarted(round=number)))
        members = state.started.members
        called = [m for m in members if self._team.calls(state, m.name)] or members
        async with asyncio.TaskGroup() as turns:
            for member in called:
                turns.create_task(
                    self._turns.play(member, self._models[member.name]), name=member.name
                )
        await self._steps.due(lambda: self._recorder.record(e.RoundEnded(round=number)))
