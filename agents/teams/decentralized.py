"""Nobody assigns: agents see the board and claim what they will do."""

from agents.protocol.observations import Inbox
from agents.teams import rights
from agents.teams.team import Assignment, busy_or_able, lead_of, news, rounds
from workspaces.history.state import State


class Decentralized:
    """Self-coordination by claims, as in the paper's decentralized mode. The other policies
    override what they decide otherwise."""

    name = "decentralized"

    def begin(self, state: State) -> list[Assignment]:
        """Nothing is assigned."""
        return []

    def calls(self, state: State, inbox: Inbox, agent: str) -> bool:
        """In rounds everyone, every time: whoever holds nothing may claim, review or test. On its
        own time, whoever has work or could claim some and has not seen that yet."""
        if rounds(state):
            return True
        return news(state, inbox, agent) and busy_or_able(state, inbox, agent)

    def denies(self, state: State, agent: str, action: str) -> str:
        """What the rights of the kind of team say."""
        lead = lead_of(state)
        role = state.agents[agent].role
        return rights.denied(self.name, role, action, lead.name if lead else "")

    def balance(self, state: State) -> list[Assignment]:
        """Nothing changes hands."""
        return []
