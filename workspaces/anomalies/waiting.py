"""Who waits for whom: the fold of refusals, questions and what came of them.

An agent *wants* something when it was refused: a path leased to another (`leased`), a task held by
another (`held`), a task whose dependencies are not complete (`blocked`); or when it asked one agent
a question and then waited. It *waits* once a turn ended in which it wanted something and after
which it got nothing: no write, claim, completion, release or lease. Any of these ends all its
wants; so does an answer, for the question. An agent that holds a task it can work on does not wait
for other tasks. Whom it waits for is looked up each time, so a want whose holder let go is no wait.
"""

from dataclasses import dataclass, field

from workspaces.anomalies.questions import is_question
from workspaces.history import events as e
from workspaces.history.state import State

REFUSALS = frozenset({"leased", "held", "blocked"})
MOST_WANTS = 8


@dataclass(slots=True)
class _Agent:
    wants: dict[tuple[str, str], int] = field(default_factory=dict)
    """(code, target) to the event that showed it."""
    asked: dict[str, int] = field(default_factory=dict)
    waits: bool = False


class Waiting:
    """Every agent's wants."""

    events: tuple[type[e.Event], ...] = (
        e.ActionRefused,
        e.MessageSent,
        e.Waited,
        e.TurnEnded,
        e.FileWritten,
        e.TaskClaimed,
        e.TaskAssigned,
        e.TaskCompleted,
        e.TaskReleased,
        e.LeaseGranted,
        e.AgentStopped,
    )
    """The classes of events it must be shown."""

    def __init__(self) -> None:
        self._agents: dict[str, _Agent] = {}

    def observe(self, event: e.AnyEvent) -> None:
        """Move past `event`."""
        mine = self._agents.setdefault(event.agent, _Agent())
        match event:
            case e.ActionRefused():
                if event.code in REFUSALS and len(mine.wants) < MOST_WANTS:
                    mine.wants[event.code, event.target] = event.seq
            case e.MessageSent():
                for name in event.to:
                    if other := self._agents.get(name):
                        other.asked.pop(event.agent, None)
                        other.wants.pop(("asked", event.agent), None)
                if len(event.to) == 1 and is_question(event.text):
                    mine.asked[event.to[0]] = event.seq
            case e.Waited():
                for name, seq in list(mine.asked.items())[:MOST_WANTS]:
                    mine.wants["asked", name] = seq
            case e.TurnEnded():
                mine.waits = bool(mine.wants)
            case e.TaskAssigned():
                self._agents.pop(event.owner, None)
            case _:
                mine.wants.clear()
                mine.waits = False

    def blockers(self, agent: str, state: State) -> list[tuple[int, str, frozenset[str]]]:
        """What the agent waits for, as (the event that shows it, in words, who could let it go
        on). Empty when it does not wait, or somebody has let go of one of the things: it can go
        on then and will see so at its next turn."""
        mine = self._agents.get(agent)
        if mine is None or not mine.waits:
            return []
        found: list[tuple[int, str, frozenset[str]]] = []
        working = can_work(agent, state)
        for (code, target), seq in mine.wants.items():
            if working and code in ("held", "blocked"):
                return []
            words, holders = _holders(agent, code, target, state)
            if not holders:
                return []
            found.append((seq, words, holders))
        return found


def can_work(agent: str, state: State) -> bool:
    """Whether the agent holds a task whose dependencies are complete."""
    member = state.agents.get(agent)
    return member is not None and any(
        not state.missing(task) for task in member.tasks if task in state.tasks
    )


def _holders(agent: str, code: str, target: str, state: State) -> tuple[str, frozenset[str]]:
    if code == "asked":
        return f"an answer of {target}", frozenset((target,))
    if code == "leased":
        lease = state.leases.get(target)
        if lease is None or lease.holder == agent or lease.expires <= state.t:
            return "", frozenset()
        return f"{target}, leased to {lease.holder}", frozenset((lease.holder,))
    task = state.tasks.get(target)
    if task is None or task.status == "done":
        return "", frozenset()
    if code == "held":
        if task.status != "held" or task.owner == agent:
            return "", frozenset()
        return f"{target}, held by {task.owner}", frozenset((task.owner,))
    owners = {state.tasks[d].owner for d in state.missing(target) if d in state.tasks}
    owners -= {"", agent}
    needed = " and ".join(sorted(state.missing(target))[:3])
    return f"{needed}, which {target} needs", frozenset(owners)
