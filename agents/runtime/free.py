"""The other cadence: everyone goes on by itself, turn after turn, without a barrier.

Whoever the team's policy has no reason to ask waits until something happens that gives one: an
event wakes the loop here, nothing is polled. The one timer is that of a task which will count as
slow at a known moment. If everyone waits and nothing is under way, all who have turns left are
asked, as in a round in which the policy calls nobody: that is how a team notices a silent member.

`--max-rounds` limits the turns of each agent. When all tasks are settled the session is over, and
what is still under way is broken off: nobody waits for the loser of a race.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from agents.models.base import Model
from agents.runtime import budget
from agents.runtime.overseeing import Overseeing
from agents.runtime.presence import Gone, Presence
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from agents.runtime.turn import Turns
from agents.teams.team import Team
from workspaces.history import events as e


class Free:
    """Plays turns until all tasks are settled or a limit is met."""

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
        self._state = recorder.state
        self._steps = steps
        self._turns = turns
        self._team = team
        self._models = models
        self._presence = presence
        self._overseeing = overseeing
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    async def play(self, max_turns: int) -> str:
        """Play on; returns why it ended: `done`, `round-limit` when every agent has had
        `max_turns` turns, or `failed` when every agent has crashed. Raises `BudgetSpent`, and
        what ends a turn for good."""
        self._recorder.observe(self._notice)
        try:
            while True:
                if ending := await self._steps.due(lambda: self._decide(max_turns)):
                    return ending
                if not self._active() and not await self._presence.somebody():
                    return "failed"
                await self._wait()
        finally:
            turns = list(self._under_way.values())
            for turn in turns:
                turn.cancel()
            await asyncio.gather(*turns, return_exceptions=True)

    # A step of the session ----------------------------------------------------------------------

    def _decide(self, max_turns: int) -> str:
        """Have whoever has reason to take a turn begin one; why the session ends, if it does."""
        self._news.clear()
        if self._state.done():
            return "done"
        if limit := budget.spent(self._state):
            raise budget.BudgetSpent(limit)
        self._overseeing.look()
        idle = [m for m in self._members() if self._could(m, max_turns)]
        called = [m for m in idle if self._called(m.name)]
        if not called and not self._active():
            called = idle
            if self._exhausted(max_turns):
                return "round-limit"
        for member in called:
            self._begin(member)
        return ""

    def _members(self) -> tuple[e.Member, ...]:
        return self._state.started.members if self._state.started else ()

    def _could(self, member: e.Member, max_turns: int) -> bool:
        """Whether the member is there, in no turn, and has turns left."""
        name = member.name
        there = not self._presence.stopped(name) and name not in self._under_way
        return there and self._state.agents[name].turn < max_turns

    def _called(self, name: str) -> bool:
        inbox = self._recorder.observations.inboxes[name]
        return self._team.calls(self._state, inbox, name)

    def _exhausted(self, max_turns: int) -> bool:
        """Whether everyone who is there, or will be again, has had all its turns."""
        there = [
            name
            for name in self._state.agents
            if not self._presence.stopped(name) or name in self._presence.expected
        ]
        return bool(there) and all(self._state.agents[n].turn >= max_turns for n in there)

    def _begin(self, member: e.Member) -> None:
        name = member.name
        turn = asyncio.create_task(self._turns.play(member, self._models[name]), name=name)
        self._under_way[name] = turn
        turn.add_done_callback(lambda _: self._news.set())

    # Waiting ------------------------------------------------------------------------------------

    def _active(self) -> bool:
        """Whether a turn is under way that will come to its end by itself."""
        return any(not self._presence.stopped(name) for name in self._under_way)

    async def _wait(self) -> None:
        """Until a turn is over, something happens that may concern who waits, or a task becomes
        slow."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), self._overseeing.due())
        for name, turn in list(self._under_way.items()):
            if turn.done():
                del self._under_way[name]
                with suppress(Gone):
                    turn.result()

    def _notice(self, event: e.AnyEvent) -> None:
        """Wake the loop, unless everyone is busy or nothing has happened."""
        if event.steps and len(self._under_way) < len(self._state.agents):
            self._news.set()
