"""What every kind of team decides, and the kinds there are by name."""

from typing import NamedTuple, Protocol

from workspaces.errors import CrosstalkError
from workspaces.history.state import State


class Assignment(NamedTuple):
    """The decision that `owner` does `task`."""

    task: str
    owner: str


class Team(Protocol):
    """A policy. Its methods read the state and change nothing."""

    name: str

    def begin(self, state: State) -> list[Assignment]:
        """What is assigned before the first round."""

    def calls(self, state: State, agent: str) -> bool:
        """Whether `agent` has reason to be asked for a turn now."""


def create(name: str) -> Team:
    """The team of that name. Raises `CrosstalkError` for an unknown one."""
    from agents.teams.decentralized import Decentralized
    from agents.teams.preassigned import Preassigned

    kinds: dict[str, type[Team]] = {"preassigned": Preassigned, "decentralized": Decentralized}
    if name not in kinds:
        raise CrosstalkError(
            f"Unknown kind of team {name!r}", "", f"Choose one of: {', '.join(kinds)}."
        )
    return kinds[name]()
