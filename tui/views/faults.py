"""The faults that a person can inject into a session, and what each can strike.

What makes sense is for the runtime to say (`agents.runtime.faults.sense`); this only asks it.
"""

from typing import Final, NamedTuple

from agents.runtime.faults.grammar import Order
from agents.runtime.faults.menu import KINDS
from agents.runtime.faults.sense import Setting, check
from agents.runtime.usage import UsageError
from tui.views.picture import Picture

ANY: Final = "*"
"""Stands for a target that is left to the session's seed."""


class Offer(NamedTuple):
    """A fault: what it does, and why it cannot be injected here, if so."""

    name: str
    what: str
    refused: str = ""


class Target(NamedTuple):
    """Whom or what a fault can strike, with a word about it."""

    name: str
    hint: str = ""


def offers(picture: Picture) -> list[Offer]:
    """All faults, in the order of the menu."""
    setting = _setting(picture)
    found = []
    for kind in KINDS.values():
        refused = ""
        try:
            check(Order(kind, factor=kind.factor), setting)
        except UsageError as error:
            refused = error.cause or error.title
        found.append(Offer(kind.name, kind.what, refused))
    return found


def targets(fault: str, picture: Picture) -> list[Target]:
    """What a fault can strike at this moment; empty when it strikes nothing in particular."""
    state = picture.state
    match KINDS[fault].target:
        case "agent" | "agents":
            return [
                Target(agent.name, agent.stopped or agent.activity)
                for agent in state.agents.values()
            ]
        case "task":
            return [
                Target(task.id, f"{task.status} {task.owner}".strip())
                for task in state.tasks.values()
            ]
        case "path":
            tests = state.started.tests if state.started else ()
            return [Target(path) for path in tests]
        case _:
            return []


def _setting(picture: Picture) -> Setting:
    started = picture.state.started
    members = started.members if started else ()
    return Setting(
        agents=tuple(member.name for member in members),
        leads=tuple(member.name for member in members if member.role == "lead"),
        control=started.settings.control if started else "none",
        watched=bool(started and started.settings.timing == "wall"),
    )
