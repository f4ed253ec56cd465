"""One graph of tasks that the team itself keeps up, after LATTE (arXiv 2605.06320).

Anyone may add tasks as they are discovered, claim what is ready, release it, give a ready task to
another, close what is not needed, and verify what another completed: only then may its successors
start. Agents with nothing new in their context, or nothing to do about it, are not called.

Before there is any task, one agent breaks the goal down. If all were asked, each would add a graph
of its own.
"""

from agents.protocol.observations import Inbox
from agents.teams.decentralized import Decentralized
from agents.teams.team import news, unverified, workable
from workspaces.history.state import State


class Adaptive(Decentralized):
    """The team decides on its graph as it goes."""

    name = "adaptive"

    def calls(self, state: State, inbox: Inbox, agent: str) -> bool:
        """Whoever has something new before it, and mail, a task to go on with, one to claim or
        one to verify."""
        if not state.tasks:
            there = (member.name for member in state.agents.values() if not member.stopped)
            return agent == next(there, "")
        if not news(state, inbox, agent):
            return False
        return bool(
            state.agents[agent].unread
            or workable(state, agent)
            or state.ready()
            or unverified(state, agent)
        )
