"""What each kind of team asks of its members, in the words of a context.

The words for preassigned and decentralized teams are those under which the simulated models were
fitted. Each text is in exactly one kind's contexts, so that a program that reads one can tell.
"""

from typing import Final

from agents.teams import rights

_YOUR_TASKS: Final = "do yours, in an order that respects what they need."

_WORKERS: Final = {
    "decentralized": "Nobody assigns work: claim the tasks you will do.",
    "preassigned": f"Every task has been assigned; {_YOUR_TASKS} You cannot claim another agent's "
    "task.",
    "preassigned-watched": f"Every task has been assigned and {{lead}} watches; {_YOUR_TASKS} "
    "Answer what it asks, in a message.",
    "lead-assigns": f"{{lead}} has assigned the tasks; {_YOUR_TASKS} A task that was left open "
    "anybody may claim.",
    "lead": f"{{lead}} leads and gives the tasks out; {_YOUR_TASKS} Tell it by a message when you "
    "are stuck, see something wrong, or find work that no task names.",
    "adaptive": "The team itself keeps one graph of tasks. Claim a task that is ready, release "
    "one that you cannot do, add what turns out to be missing with what it needs, close what is "
    "not needed, and give a ready task to another agent if that is better. A completed task "
    "counts for those that need it only when a second agent has verified it: read its files, then "
    "accept it or say what is wrong, and it is open again. A task on which you write nothing and "
    "run nothing for several rounds is taken from you.",
    "stealing": f"Every task was assigned to begin with; {_YOUR_TASKS} Who runs out of work is "
    "given a task that nobody has started from the longest list.",
}

_LEADS: Final = {
    "preassigned-watched": "You lead, and you only watch: every task has been assigned to the "
    "others. Ask how they stand, tell them what you see going wrong, and sum up in messages where "
    "the team is. You write no files and hold no tasks.",
    "lead-assigns": "You lead: in this first turn, in which nobody else works, assign every task "
    "to an agent, also tasks that wait for others. Keep what belongs together with one agent and "
    "spread the rest; some may be yours. Later you work like the others.",
    "lead": "You lead: assign every task to an agent, also tasks that wait for others, and assign "
    "anew where it is better. Ask how agents stand and tell them what they must know. Look at what "
    "was completed: read its files, and verify it or say what is wrong. Add tasks that are "
    "missing and close those not needed. You may hold tasks yourself.",
}
"""Where a member has the role `lead`."""

_GRAPH: Final = {
    "add_task": '<add_task id="task-9" title="Median" dependencies="task-2" files="median.py">what '
    "to do</add_task>",
    "assign_task": '<assign_task id="task-4" agent="agent-2"/>',
    "verify_task": '<verify_task id="task-4"/>             another\'s completed task is right\n'
    '<verify_task id="task-4">what is wrong</verify_task>',
    "close_task": '<close_task id="task-4">why it is not needed</close_task>',
}
SCRIPTS: Final = (
    '<run_script path="try.py"/>           a Python file, on a copy of the files; its output is '
    "in your next turn"
)
"""The line that offers scripts, as LATTE does and the paper does not."""
EMPTY: Final = "(no tasks yet: break the goal down and add them)"
"""The board of a team that has to make its tasks."""


def duty(team: str, role: str, lead: str) -> str:
    """What is asked of a member with that role; `lead` is the lead's name, if there is one."""
    if role == rights.LEAD and team in _LEADS:
        return _LEADS[team]
    return _WORKERS[team].format(lead=lead or "The lead")


def told(text: str) -> tuple[str, str]:
    """The kind of team and the role whose duty is in the text of a context; those of a member of
    a decentralized team if none is."""
    for team, words in _LEADS.items():
        if words in text:
            return team, rights.LEAD
    for team, words in _WORKERS.items():
        if words.rpartition("{lead}")[2] in text:
            return team, rights.WORKER
    return "decentralized", rights.WORKER


def more_actions(team: str, role: str) -> list[str]:
    """The lines of the actions that a member has beside those of everyone."""
    if team in ("preassigned", "decentralized"):
        return []
    return [*(_GRAPH[name] for name in rights.offered(team, role)), SCRIPTS]
