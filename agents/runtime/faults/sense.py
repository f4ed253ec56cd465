"""Which faults make no sense in a session, and why."""

from typing import NamedTuple

from agents.runtime.faults.grammar import Order
from agents.runtime.usage import UsageError


class Setting(NamedTuple):
    """What a fault's sense depends on: the team's names and leads, the control on files, whether
    the folder is watched, and whether there are rounds."""

    agents: tuple[str, ...]
    leads: tuple[str, ...]
    control: str
    watched: bool
    rounds: bool = True


def check(order: Order, setting: Setting) -> None:
    """Raise `UsageError` for a fault that cannot happen in such a session. What depends on the
    moment (is the task held?) is judged when the fault is due."""
    kind = order.kind
    if kind.target in ("agent", "agents"):
        named = order.target.split("+") if order.target else []
        if kind.target == "agent" and len(named) > 1:
            raise _senseless(order, "it strikes one agent")
        for name in named:
            if name not in setting.agents:
                raise _senseless(order, f"the team is {', '.join(setting.agents)}")
        if kind.target == "agents" and len(set(named)) == len(setting.agents):
            raise _senseless(order, "nobody is left on the other side")
    alone = len(setting.agents) == 1
    if alone and (kind.group == "messages" or kind.name in ("double-grant", "second-lead")):
        raise _senseless(order, "the agent is alone")
    if kind.name in ("drop-notifications", "merge-notifications") and not setting.watched:
        raise _senseless(order, "nothing is watched on virtual time")
    if not setting.rounds and any(when and when.round for when in (order.start, order.end)):
        raise _senseless(order, "this team has no rounds; give a time, such as 30s")
    if kind.name == "rate-limit" and order.end and order.end.round:
        raise _senseless(order, "it holds up the round that would end it; give a time, such as 60s")
    if kind.name == "frozen-lead" and not setting.leads:
        raise _senseless(order, "this team has no lead")
    if setting.control == "worktrees" and kind.name in ("old-read", "lost-commit"):
        raise _senseless(order, "every agent has a worktree of its own")


def _senseless(order: Order, cause: str) -> UsageError:
    return UsageError(f"The fault {order.kind.name} makes no sense here", cause)
