"""The cadence of the paper: rounds with a barrier.

In a round every agent that has something to do is asked at once; each one's actions are carried
out when its reply arrives, and the round ends when all have replied. An agent that is stopped in
mid-turn is not waited for: thawed, it ends its old turn beside a later round and is asked again
in the one after.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from agents.models.base import Model
from agents.runtime import budget
from agents.runtime.overseeing import Overseeing
from agents.runtime.presence import PASSING, Gone, Presence
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
        presence: Presence,
        overseeing: Overseeing,
    ) -> None:
        self._recorder = recorder
        self._steps = steps
        self._turns = turns
        self._team = team
        self._models = models
        self._presence = presence
        self._overseeing = overseeing
        self._turns_left: dict[str, asyncio.Task[None]] = {}

    async def play(self, max_rounds: int) -> str:
        """Play on from the state's round; returns why it ended: `done`, `round-limit`, or `failed`
        when every agent has crashed. Raises `BudgetSpent`."""
        try:
            return await self._play(max_rounds)
        finally:
            for turn in self._turns_left.values():
                turn.cancel()
            await asyncio.gather(*self._turns_left.values(), return_exceptions=True)

    async def _play(self, max_rounds: int) -> str:
        state = self._recorder.state
        while not state.done():
            if not await self._presence.somebody():
                return "failed"
            if state.round >= max_rounds:
                return "round-limit"
            if limit := budget.spent(state):
                raise budget.BudgetSpent(limit)
            await self._round(state.round + 1)
        return "done"

    async def _round(self, number: int) -> None:
        state = self._recorder.state
        assert state.started
        await self._steps.due(lambda: self._begin(number))
        members = [m for m in state.started.members if not self._presence.stopped(m.name)]
        inboxes = self._recorder.observations.inboxes
        called = [m for m in members if self._team.calls(state, inboxes[m.name], m.name)]
        async with asyncio.TaskGroup() as turns:
            for member in called or members:
                turns.create_task(self._attend(member), name=member.name)
        await self._steps.due(lambda: self._recorder.record(e.RoundEnded(round=number)))

    def _begin(self, number: int) -> None:
        self._recorder.record(e.RoundStarted(round=number))
        self._overseeing.look()

    async def _attend(self, member: e.Member) -> None:
        """Have the member's turn, or the end of an old one, until it is over or left."""
        name = member.name
        turn = self._turns_left.pop(name, None)
        if turn is None:
            turn = asyncio.create_task(self._turns.play(member, self._models[name]), name=name)
        left = asyncio.create_task(self._presence.leaves(name))
        try:
            await asyncio.wait({turn, left}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            turn.cancel()
            await asyncio.gather(turn, return_exceptions=True)
            raise
        finally:
            left.cancel()
        if not turn.done() and self._presence.stopped(name) in PASSING:
            self._turns_left[name] = turn
        else:
            with suppress(Gone):
                await turn
