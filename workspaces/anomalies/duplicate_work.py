"""Duplicate work: two agents did one task.

Exact in its first rule, a judgement by names and texts in its second.

- Two hold it: an agent claims a task that another holds, who has neither released nor completed it
  nor stopped. An assignment to a second agent is a decision (a handover, a planned backup) and no
  duplicate.
- Two made it: agent B's write of a file for task t brings in a public function or class that was
  not there before (or the whole of a file that is no Python), and A has brought in the same for t
  too: concurrently in the same file, or in another one. `same` says whether the texts are near
  identical (9 lines of 10). Not reported when both were assigned the task, or
  one was its planned backup.

A write is for the task it names, or else for the one task that names its path. The second rule is
reported once for each task and agent that comes after another, naming all who came before.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict
from workspaces.anomalies.hunks import split
from workspaces.anomalies.sketches import sketch
from workspaces.anomalies.sources import is_python, parse
from workspaces.anomalies.witness import each_once, listed, witness
from workspaces.anomalies.writes import text_at, verb
from workspaces.history.clocks import precedes
from workspaces.history.events import (
    SESSION,
    AgentStopped,
    AnyEvent,
    BackupStarted,
    FileWritten,
    TaskAssigned,
    TaskClaimed,
    TaskCompleted,
    TaskReleased,
)
from workspaces.history.state import State

LIKE = 0.9
"""From this share of equal lines on, two texts are near identical."""
MOST_PRODUCTS = 32
"""Writes that brought something in for a task that are kept, the newest."""


class _Product(NamedTuple):
    """What a write brought in, by its text's lines, and that text."""

    write: FileWritten
    names: frozenset[str]
    text: str

    def really(self) -> frozenset[str]:
        """Those of the names that the text defines, now that it matters."""
        if not is_python(self.write.path):
            return self.names
        source = parse(self.text)
        return self.names & source.public() if source else frozenset()


class DuplicateWork:
    """Remembers who holds each task, and who brought in which names for it."""

    kinds = (Kind.DUPLICATE_WORK,)
    events = (
        TaskClaimed,
        TaskAssigned,
        BackupStarted,
        TaskReleased,
        TaskCompleted,
        AgentStopped,
        FileWritten,
    )

    def __init__(self) -> None:
        self._holders: dict[str, TaskClaimed | TaskAssigned] = {}
        self._assigned: dict[str, set[str]] = {}
        self._products: dict[str, deque[_Product]] = {}
        self._told: set[tuple[str, str]] = set()

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The second hold of a task, or its second making."""
        match event:
            case TaskClaimed():
                before = self._holders.get(event.task)
                self._holders[event.task] = event
                if before and owner_of(before) != event.agent:
                    let_go = state.gaps.after(before.seq)
                    return (doubted(_two_hold(before, event), let_go),)
            case TaskAssigned():
                self._holders[event.task] = event
                self._assigned.setdefault(event.task, set()).add(event.owner)
            case BackupStarted():
                holder = self._holders.get(event.task)
                racers = {event.owner, owner_of(holder)} if holder else {event.owner}
                self._assigned.setdefault(event.task, set()).update(racers)
            case TaskReleased() | TaskCompleted():
                self._holders.pop(event.task, None)
            case AgentStopped():
                for task in [t for t, h in self._holders.items() if owner_of(h) == event.agent]:
                    del self._holders[task]
            case FileWritten() if event.agent != SESSION and not event.where:
                return list(self._made(event, state))
        return ()

    def _made(self, event: FileWritten, state: State) -> Iterator[Finding]:
        task = _task(event, state)
        mine = _brought_in(event, state) if task else None
        if mine is None:
            return
        products = self._products.setdefault(task, deque(maxlen=MOST_PRODUCTS))
        if (task, event.agent) not in self._told:
            seeming = [other for other in products if self._rivals(other, mine, task)]
            others = [other for other in seeming if mine.really() & other.really()]
            if others:
                self._told.add((task, event.agent))
                assigned = state.gaps.of(SESSION)  # Maybe both of them, in steps that are missing.
                yield doubted(_two_made(others, mine, task), assigned)
        products.append(mine)

    def _rivals(self, other: _Product, mine: _Product, task: str) -> bool:
        """Whether the write seems to make what another had made, without knowing it."""
        agent, event = other.write.agent, mine.write
        if agent == event.agent or not mine.names & other.names:
            return False
        if other.write.path == event.path and precedes(other.write, event):
            return False
        return not {agent, event.agent} <= self._assigned.get(task, set())


def owner_of(event: TaskClaimed | TaskAssigned) -> str:
    """Who holds the task after the event."""
    return event.agent if isinstance(event, TaskClaimed) else event.owner


def _task(event: FileWritten, state: State) -> str:
    if event.task:
        return event.task
    tasks = state.tasks_at(event.path)
    return tasks[0] if len(tasks) == 1 else ""


def _brought_in(event: FileWritten, state: State) -> _Product | None:
    """What the write defines and its writer had not seen in the file, if anything; a text that is
    no Python counts as one thing, named by the end of its path."""
    text = text_at(event.path, event.version, state)
    before = text_at(event.path, event.base, state)
    if not text or before is None:
        return None
    if is_python(event.path):
        names = sketch(text).names() - sketch(before).names()
    else:
        names = frozenset() if before else frozenset((event.path.rpartition("/")[2],))
    return _Product(event, names, text) if names else None


def _two_hold(before: TaskClaimed | TaskAssigned, event: TaskClaimed) -> Finding:
    first, second = owner_of(before), event.agent
    how = "took it" if isinstance(before, TaskClaimed) else f"gave it to {first}"
    return Finding(
        id=f"{Kind.DUPLICATE_WORK}:{event.task}:{before.seq}:{event.seq}",
        kind=Kind.DUPLICATE_WORK,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=(first, second),
        tasks=(event.task,),
        witness=witness(
            Step(before.seq, f"{before.agent} {how}"),
            Step(event.seq, f"{second} claimed it too, while {first} held it"),
        ),
        summary=f"{first} and {second} hold {event.task} at once.",
        seq=event.seq,
        t=event.t,
        case=f"task:{event.seq}",
        facts={"rule": "held"},
    )


def _two_made(others: list[_Product], mine: _Product, task: str) -> Finding:
    event = mine.write
    common = mine.really() & frozenset().union(*(other.names for other in others))
    what = listed(sorted(common))
    like = max(_alike(other.text, mine.text) for other in others)
    source = parse(mine.text) if is_python(event.path) else None
    lines = [source.lines[name] for name in sorted(common)] if source else []
    rivals = each_once(product.write.agent for product in others)
    elsewhere = each_once(p.write.path for p in others if p.write.path != event.path)
    where = f"in {event.path}" + (f", as there is in {listed(elsewhere)}" if elsewhere else "")
    return Finding(
        id=f"{Kind.DUPLICATE_WORK}:{task}:{event.agent}:{event.seq}",
        kind=Kind.DUPLICATE_WORK,
        severity=Severity.MEDIUM,
        verdict=Verdict.FOUND,
        agents=(*rivals, event.agent),
        paths=each_once((event.path, *elsewhere)),
        tasks=(task,),
        witness=witness(
            [
                Step(w.seq, f"{w.agent} {verb(w)} {w.path}, bringing in {listed(sorted(n))}")
                for w, n, _ in others
            ],
            Step(event.seq, f"{event.agent} {verb(event)} {event.path}, bringing in {what} too"),
        ),
        lines=tuple(Lines(event.path, line, line) for line in lines),
        summary=f"{event.agent} made {what} for {task} {where}; {listed(rivals)} had made it too.",
        seq=event.seq,
        t=event.t,
        case=f"write:{event.seq}",
        facts={"rule": "made", "same": "yes" if like >= LIKE else "no"},
    )


def _alike(one: str, other: str) -> float:
    """The share of lines that two texts have in common, whatever their order (blank ones and
    indentation aside)."""
    left, right = (Counter(filter(None, map(str.strip, split(text)))) for text in (one, other))
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 1.0
