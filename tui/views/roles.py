"""Who is who on the screen: an agent keeps one hue, everywhere its name stands.

The hue only helps; the name is always there too.
"""

from typing import Final

from workspaces.history.events import OUTSIDE, SESSION, USER
from workspaces.history.wording import name_of as name_of

HUES: Final = 8
"""How many agents are told apart by colour; the next begin again."""


def role_of(agent: str, roster: dict[str, int]) -> str:
    """The role in which `agent`'s name is drawn; `roster` holds each member's place."""
    place = roster.get(agent)
    if place is not None:
        return f"agent-{place % HUES + 1}"
    return {OUTSIDE: "outside", USER: "user", SESSION: "dim"}.get(agent, "text")
