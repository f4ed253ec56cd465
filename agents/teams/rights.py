"""Who may do what on each kind of team, and how a refusal says so.

The paper's kinds differ in who decides about tasks. What belongs to everyone (reading, writing,
tests, scripts, messages, waiting) is not listed; the actions below change the graph of tasks and
who holds them.
"""

from typing import Final

LEAD = "lead"
WORKER = "worker"

LED: Final = ("preassigned-watched", "lead-assigns", "lead")
"""Kinds of team whose first member has the role `lead`."""
MAKES_TASKS: Final = ("lead-assigns", "lead", "adaptive")
"""Kinds that can begin without any task, since somebody may add some."""
CLAIM: Final = ("decentralized", "lead-assigns", "lead", "adaptive")
"""Kinds in which a member looks for open tasks that are ready; where a lead gives them out, if it
has left some, or is gone."""
ASSIGNED: Final = ("preassigned", "preassigned-watched", "stealing", "lead-assigns")
"""Kinds whose members do not look for work among open tasks by themselves: a task that is taken
from one of them has to be given to another."""

_OFFERED: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("lead-assigns", LEAD): ("add_task", "assign_task", "close_task"),
    ("lead", LEAD): ("add_task", "assign_task", "verify_task", "close_task"),
    ("adaptive", WORKER): ("add_task", "assign_task", "verify_task", "close_task"),
}
_EVERYONE: Final = (
    "read_file", "list_files", "write_file", "edit_file", "run_tests", "claim_task",
    "release_task", "complete_task", "send_message", "broadcast", "wait",
)  # fmt: skip
_GRAPH: Final = frozenset({"add_task", "assign_task", "verify_task", "close_task"})
_WORK: Final = frozenset(
    {"write_file", "edit_file", "claim_task", "release_task", "complete_task", "run_script"}
)
"""What a lead that only watches leaves to others."""


def role(team: str, place: int, agents: int) -> str:
    """The role of the member at `place` (from 0) of a team of `agents`. A lone agent has nobody
    to watch, so it works."""
    if place or team not in LED or (team == "preassigned-watched" and agents == 1):
        return WORKER
    return LEAD


def offered(team: str, role: str) -> tuple[str, ...]:
    """The actions on the graph that a member of that role is told of."""
    return _OFFERED.get((team, role), ())


def actions(team: str, role: str) -> tuple[str, ...]:
    """All the actions that a member of that role is offered, by name."""
    more = () if team in ("preassigned", "decentralized") else ("run_script",)
    return (*_EVERYONE, *offered(team, role), *more)


def denied(team: str, role: str, action: str, lead: str = "") -> str:
    """Why a member may never take the action, empty if it may at times; `lead` is the lead's
    name."""
    if team == "preassigned-watched" and role == LEAD and action in _WORK:
        return "You watch: the work is the others'. Send them a message instead."
    if action not in _GRAPH or action in offered(team, role):
        return ""
    if role != LEAD and (team, LEAD) in _OFFERED and action in _OFFERED[team, LEAD]:
        return f"Only {lead}, the lead, {_third(action)}; send it a message."
    return f"Nobody {_third(action)} on this team; send a message instead."


def _third(action: str) -> str:
    """`assigns tasks` for `assign_task`."""
    verb = action.partition("_")[0]
    return {"verify": "verifies"}.get(verb, verb + "s") + " tasks"
