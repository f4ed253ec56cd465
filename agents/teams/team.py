"""What every kind of team decides, and the kinds there are by name."""

from typing import Final, NamedTuple, Protocol

from agents.protocol.observations import Inbox
from workspaces.errors import CrosstalkError
from workspaces.history.state import Agent, State

NAMES: Final = (
    "preassigned",
    "preassigned-watched",
    "decentralized",
    "lead-assigns",
    "lead",
    "adaptive",
    "stealing",
)


class Assignment(NamedTuple):
    """The decision that `owner` does `task`."""

    task: str
    owner: str


class Team(Protocol):
    """A policy. Its methods read the state and change nothing."""

    name: str

    def begin(self, state: State) -> list[Assignment]:
        """What is assigned before anyone is asked."""

    def calls(self, state: State, inbox: Inbox, agent: str) -> bool:
        """Whether `agent`, who has yet to be told what is in `inbox`, has reason to be asked for
        a turn now."""

    def denies(self, state: State, agent: str, action: str) -> str:
        """Why `agent` may not take an action of that name now; empty if it may."""

    def balance(self, state: State) -> list[Assignment]:
        """Tasks that change hands now, by nobody's decision but the policy's."""


def create(name: str) -> Team:
    """The team of that name. Raises `CrosstalkError` for an unknown one."""
    from agents.teams.adaptive import Adaptive
    from agents.teams.decentralized import Decentralized
    from agents.teams.lead import Lead
    from agents.teams.lead_assigns import LeadAssigns
    from agents.teams.preassigned import Preassigned
    from agents.teams.stealing import Stealing
    from agents.teams.watched import Watched

    kinds: tuple[type[Team], ...] = (
        Preassigned, Watched, Decentralized, LeadAssigns, Lead, Adaptive, Stealing,
    )  # fmt: skip
    for kind in kinds:
        if kind.name == name:
            return kind()
    raise CrosstalkError(
        f"Unknown kind of team {name[:40]!r}", "", f"Choose one of: {', '.join(NAMES)}."
    )


# What several policies ask of a state ------------------------------------------------------------


def lead_of(state: State) -> Agent | None:
    """The member that leads, if one does."""
    return next((agent for agent in state.agents.values() if agent.role == "lead"), None)


def workable(state: State, agent: str) -> list[str]:
    """The tasks that the agent holds and could go on with: all that they need is settled."""
    return [task for task in state.agents[agent].tasks if not state.missing(task)]


def unverified(state: State, agent: str) -> list[str]:
    """Completed tasks that wait for somebody to verify them, and `agent` may: its own only when
    nobody else is left who could."""
    if not (state.started and state.started.settings.verified):
        return []
    alone = all(m.stopped or m.name == agent for m in state.agents.values())
    return [
        task.id
        for task in state.tasks.values()
        if task.status == "done" and not task.verified_by and (task.completed_by != agent or alone)
    ]


def news(state: State, inbox: Inbox, agent: str) -> bool:
    """Whether the agent's next context would hold anything that its last one did not."""
    first = state.agents[agent].turn == 0
    return first or bool(inbox.results or inbox.news or state.agents[agent].unread)


def rounds(state: State) -> bool:
    """Whether the session is played in rounds."""
    return not state.started or state.started.settings.cadence == "rounds"


def busy_or_able(state: State, inbox: Inbox, agent: str) -> bool:
    """Whether the agent has mail, a task to go on with, or one that it could claim."""
    return bool(state.agents[agent].unread or workable(state, agent) or state.ready())
