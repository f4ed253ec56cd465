"""The lead assigns everything in its first turn, then it is a worker like the others.

The paper's fourth mode. What a lead forgets would be done by nobody, so a task that was left open
can be claimed once that turn is over; and if the lead is stopped in it, the team goes on by claims.
"""

from agents.protocol.observations import Inbox
from agents.teams.decentralized import Decentralized
from agents.teams.rights import offered
from agents.teams.team import lead_of, news, rounds, workable
from workspaces.history.state import State


class LeadAssigns(Decentralized):
    """One round of assigning by the lead alone."""

    name = "lead-assigns"

    def calls(self, state: State, inbox: Inbox, agent: str) -> bool:
        """Only the lead before everything is assigned; then who has tasks or could claim one."""
        if assigning(state):
            return state.agents[agent].role == "lead"
        if rounds(state):
            return bool(state.agents[agent].tasks or state.agents[agent].unread or state.ready())
        able = state.agents[agent].unread or workable(state, agent) or state.ready()
        return news(state, inbox, agent) and bool(able)

    def denies(self, state: State, agent: str, action: str) -> str:
        """Decisions on the graph after the lead's first turn, and claims before its end."""
        if reason := super().denies(state, agent, action):
            return reason
        if action in offered(self.name, "lead") and not assigning(state):
            return "Tasks were given out in your first turn; you work like the others now."
        if action == "claim_task" and assigning(state) and state.agents[agent].role != "lead":
            return "The lead is giving the tasks out; what it leaves open you can claim after."
        return ""


def assigning(state: State) -> bool:
    """Whether the lead's first turn is yet to come or under way."""
    lead = lead_of(state)
    if lead is None or lead.stopped:
        return False
    return lead.turn == 0 or (lead.turn == 1 and lead.activity != "waiting")
