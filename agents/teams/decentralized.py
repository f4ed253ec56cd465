"""Nobody assigns: agents see the board and claim what they will do."""

from agents.teams.team import Assignment
from workspaces.history.state import State


class Decentralized:
    """Self-coordination by claims, as in the paper's decentralized mode."""

    name = "decentralized"

    def begin(self, state: State) -> list[Assignment]:
        """Nothing is assigned."""
        return []

    def calls(self, state: State, agent: str) -> bool:
        """Everyone, every time: whoever holds nothing may claim, review or test."""
        return True
