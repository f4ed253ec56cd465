"""Preassigned, with a lead that only watches: the paper's third mode.

The lead holds no task and writes no file. It may read, run the tests, ask for status and tell
others what it sees.
"""

from agents.protocol.observations import Inbox
from agents.teams.preassigned import Preassigned
from agents.teams.team import news
from workspaces.history.state import State


class Watched(Preassigned):
    """Everyone but the lead is given tasks; a team of one has no lead."""

    name = "preassigned-watched"

    def workers(self, state: State) -> list[str]:
        """All but the lead."""
        return [agent.name for agent in state.agents.values() if agent.role != "lead"]

    def calls(self, state: State, inbox: Inbox, agent: str) -> bool:
        """Workers with tasks, or with a message to answer; the lead when there is anything new
        to see."""
        if state.agents[agent].role == "lead":
            return news(state, inbox, agent)
        return bool(state.agents[agent].unread) or super().calls(state, inbox, agent)
