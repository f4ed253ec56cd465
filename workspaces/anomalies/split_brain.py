"""Split brain: two owners of one task in overlapping epochs, or two who both lead.

Exact:

- owners: task t is granted (claimed or assigned) to B while A holds it, and the grant does not know
  of A's: the grants are concurrent, or its epoch is not greater. A grant that knows the one before
  and has a greater epoch is a handover. A task is held until it is released, completed, or its
  holder stops;
- acting: an agent completes t while another one holds it, and is not its planned backup;
- leads: two members assign tasks concurrently, on a team on which not everyone may. The session
  and the person at the screen are no members. Once for each pair.
"""

from collections.abc import Iterable

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.duplicate_work import owner_of
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import each_once, witness
from workspaces.history.clocks import precedes
from workspaces.history.events import (
    AgentStopped,
    AnyEvent,
    BackupStarted,
    TaskAssigned,
    TaskClaimed,
    TaskCompleted,
    TaskReleased,
)
from workspaces.history.state import State


class SplitBrains:
    """Compares each grant of a task with the one before, and each assignment with the others'."""

    kinds = (Kind.SPLIT_BRAIN,)
    events = (
        TaskClaimed,
        TaskAssigned,
        BackupStarted,
        TaskReleased,
        TaskCompleted,
        AgentStopped,
    )

    def __init__(self) -> None:
        self._grants: dict[str, TaskClaimed | TaskAssigned] = {}
        self._backups: dict[str, str] = {}
        self._assigning: dict[str, TaskAssigned] = {}
        self._leads: set[frozenset[str]] = set()

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The second owner or the second lead that `event` makes."""
        found: list[Finding] = []
        match event:
            case TaskClaimed() | TaskAssigned():
                before = self._grants.get(event.task)
                self._grants[event.task] = event
                self._backups.pop(event.task, None)
                if before and _overlap(before, event):
                    found.append(doubted(_owners(before, event), _let_go(before, state)))
                everyone = state.started is not None and state.started.settings.team == "adaptive"
                member = event.agent in state.agents
                if isinstance(event, TaskAssigned) and member and not everyone:
                    found += self._two_lead(event)
            case BackupStarted():
                self._backups[event.task] = event.owner
            case TaskCompleted():
                grant = self._grants.pop(event.task, None)
                owners = {owner_of(grant) if grant else "", self._backups.pop(event.task, "")}
                if grant and event.agent not in owners and event.agent in state.agents:
                    found.append(doubted(_acted(grant, event), _let_go(grant, state)))
            case TaskReleased():
                self._grants.pop(event.task, None)
            case AgentStopped():
                for task in [t for t, g in self._grants.items() if owner_of(g) == event.agent]:
                    del self._grants[task]
        return found

    def _two_lead(self, event: TaskAssigned) -> list[Finding]:
        found: list[Finding] = []
        for agent, other in self._assigning.items():
            pair = frozenset((agent, event.agent))
            if agent != event.agent and pair not in self._leads and not precedes(other, event):
                self._leads.add(pair)
                found.append(_leads(other, event))
        self._assigning[event.agent] = event
        return found


def _let_go(grant: TaskClaimed | TaskAssigned, state: State) -> bool:
    """Whether the holder may have given the task back in a step that is missing."""
    return state.gaps.after(grant.seq)


def _overlap(before: TaskClaimed | TaskAssigned, event: TaskClaimed | TaskAssigned) -> bool:
    if owner_of(before) == owner_of(event):
        return False
    return event.epoch <= before.epoch or not precedes(before, event)


def _owners(before: TaskClaimed | TaskAssigned, event: TaskClaimed | TaskAssigned) -> Finding:
    first, second, task = owner_of(before), owner_of(event), event.task
    blind = not precedes(before, event)
    why = "without having seen that" if blind else f"in epoch {event.epoch}, which is not newer"
    return Finding(
        id=f"{Kind.SPLIT_BRAIN}:{task}:{before.seq}:{event.seq}",
        kind=Kind.SPLIT_BRAIN,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=each_once((first, second, event.agent)),
        tasks=(task,),
        witness=witness(
            Step(before.seq, f"{first} came to own {task} in epoch {before.epoch}"),
            Step(event.seq, f"{second} came to own {task} as well, {why}"),
        ),
        summary=f"{task} has two owners, {first} and {second}, in overlapping epochs.",
        seq=event.seq,
        t=event.t,
        case=f"task:{event.seq}",
        facts={"rule": "owners", "epochs": f"{before.epoch},{event.epoch}"},
    )


def _acted(grant: TaskClaimed | TaskAssigned, event: TaskCompleted) -> Finding:
    owner = owner_of(grant)
    return Finding(
        id=f"{Kind.SPLIT_BRAIN}:{event.task}:{grant.seq}:{event.seq}",
        kind=Kind.SPLIT_BRAIN,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=(owner, event.agent),
        tasks=(event.task,),
        witness=witness(
            Step(grant.seq, f"{owner} came to own {event.task} in epoch {grant.epoch}"),
            Step(event.seq, f"{event.agent} completed it as if it were the owner"),
        ),
        summary=f"{event.agent} completed {event.task}, which {owner} owns.",
        seq=event.seq,
        t=event.t,
        case=f"task:{event.seq}",
        facts={"rule": "acting"},
    )


def _leads(other: TaskAssigned, event: TaskAssigned) -> Finding:
    return Finding(
        id=f"{Kind.SPLIT_BRAIN}:leads:{other.seq}:{event.seq}",
        kind=Kind.SPLIT_BRAIN,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=(other.agent, event.agent),
        tasks=each_once((other.task, event.task)),
        witness=witness(
            Step(other.seq, f"{other.agent} assigned {other.task} to {other.owner}"),
            Step(
                event.seq,
                f"{event.agent} assigned {event.task} to {event.owner} without having seen that",
            ),
        ),
        summary=f"{other.agent} and {event.agent} both assign tasks, neither knowing of the "
        "other's.",
        seq=event.seq,
        t=event.t,
        case=f"task:{event.seq}",
        facts={"rule": "leads"},
    )
