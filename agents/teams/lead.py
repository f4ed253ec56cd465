"""The lead coordinates freely: the paper's fifth mode.

It assigns, again if need be, adds and closes tasks, verifies what was completed and may work
itself. Its decisions are events like all others, so none is lost by being saved over (in the
paper's system an older copy of the task list was). While the lead is stopped the others claim by
themselves: a team must not die with one of its members.
"""

from agents.protocol.observations import Inbox
from agents.teams.decentralized import Decentralized
from agents.teams.team import lead_of, news, rounds, workable
from workspaces.history.state import State


class Lead(Decentralized):
    """One member decides who does what, at any time."""

    name = "lead"

    def calls(self, state: State, inbox: Inbox, agent: str) -> bool:
        """The lead while anything is new to it, open, or its own; others with tasks or mail."""
        member = state.agents[agent]
        if member.role == "lead":
            fresh = news(state, inbox, agent)
            work = any(task.status == "open" for task in state.tasks.values()) or member.tasks
            return fresh or (rounds(state) and bool(work))
        could = bool(state.ready()) and _leaderless(state)
        if rounds(state):
            return bool(member.tasks or state.agents[agent].unread) or could
        return news(state, inbox, agent) and bool(
            state.agents[agent].unread or workable(state, agent) or could
        )

    def denies(self, state: State, agent: str, action: str) -> str:
        """What is the lead's; claims by others, while there is a lead to give tasks out."""
        if reason := super().denies(state, agent, action):
            return reason
        lead = lead_of(state)
        if action == "claim_task" and lead and lead.name != agent and not _leaderless(state):
            return f"{lead.name} leads and gives the tasks out; tell it that you are free."
        return ""


def _leaderless(state: State) -> bool:
    lead = lead_of(state)
    return lead is None or bool(lead.stopped)
