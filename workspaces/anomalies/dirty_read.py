"""Dirty reads: an agent reads work that is not finished, or that is taken back later.

Exact on the task board (after P1 of Berenson et al. 1995, with "complete" for "commit"): agent A
reads a version by another agent B,

- of a task that is not complete at the read: the one that the write names, or else any that names
  its path. Low, because nothing has come of it yet. Not reported when A holds that task itself:
  sharing was intended;
- that is later reverted: a newer version has the bytes of one before it (a deletion those of the
  missing file), and A has neither read nor written the path since. Reported at the revert, medium.

One finding for each version and reader. Reads of outside writers' versions are none: whether such a
writer was finished is nobody's to know.
"""

from collections.abc import Iterable

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import each_once, witness
from workspaces.anomalies.writes import is_write, sentence, verb, who
from workspaces.history.events import (
    OUTSIDE,
    SESSION,
    AnyEvent,
    FileRead,
    FileWritten,
    OutsideWrite,
)
from workspaces.history.state import State, Task, Version


class DirtyReads:
    """Looks at each read, and at each write of a path for the reads that it makes untrue."""

    kinds = (Kind.DIRTY_READ,)
    events = (FileRead, FileWritten, OutsideWrite)

    def __init__(self) -> None:
        self._pending: dict[str, dict[str, tuple[FileRead, Version]]] = {}
        """By path and reader: the last read, and of what, until that is known to be gone."""
        self._first: dict[str, dict[str, int]] = {}
        """By path and blob: the first version that had it."""
        self._told: dict[tuple[str, str], int] = {}
        """By path and reader: the newest version already reported."""

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The reads that `event` is, or makes, dirty."""
        match event:
            case FileRead(where=""):
                return self._read(event, state)
            case FileWritten(where="") | OutsideWrite():
                return self._written(event, state)
        return ()

    def _read(self, event: FileRead, state: State) -> list[Finding]:
        pending = self._pending.setdefault(event.path, {})
        pending.pop(event.agent, None)
        version = state.version(event.path, event.version)
        if version is None or version.author in (event.agent, SESSION, OUTSIDE):
            return []
        pending[event.agent] = event, version
        task = _unfinished(version, event.agent, state)
        if not task or self._told.get((event.path, event.agent)) == version.number:
            return []
        self._told[event.path, event.agent] = version.number
        doubtful = _may_be_done(state.tasks[task], state)
        return [doubted(_in_progress(event, version, task, state), doubtful)]

    def _written(self, event: FileWritten | OutsideWrite, state: State) -> list[Finding]:
        first = self._first.setdefault(event.path, {"": 0})
        earlier = first.setdefault(event.blob, event.version)
        pending = self._pending.get(event.path, {})
        pending.pop(event.agent, None)
        if not is_write(event):
            return []
        found = []
        for read, version in tuple(pending.values()):
            if earlier < read.version and read.blob != event.blob:
                del pending[read.agent]
                looked = state.gaps.of(read.agent, read.seq)
                found.append(doubted(_reverted(read, version, event, earlier), looked))
        return found


def _unfinished(version: Version, reader: str, state: State) -> str:
    """A task of that version which is not complete and not the reader's own."""
    names = (version.task,) if version.task else state.tasks_at(version.path)
    for name in names:
        task = state.tasks.get(name)
        if task and task.status != "done" and task.owner != reader:
            return name
    return ""


def _may_be_done(task: Task, state: State) -> bool:
    """Whether the completion of a task that is not complete may be missing."""
    return state.gaps.after(task.since)


def _in_progress(event: FileRead, version: Version, task: str, state: State) -> Finding:
    reader, author = event.agent, version.author
    owner = state.tasks[task].owner
    status = f"held by {owner}" if owner else "held by nobody"
    return Finding(
        id=f"{Kind.DIRTY_READ}:{event.path}:{version.seq}:{event.seq}",
        kind=Kind.DIRTY_READ,
        severity=Severity.LOW,
        verdict=Verdict.FOUND,
        agents=(author, reader),
        paths=(event.path,),
        tasks=(task,),
        witness=witness(
            Step(version.seq, f"{author} made version {version.number}"),
            Step(event.seq, f"{reader} read it while {task} was {status} and not complete"),
        ),
        summary=f"{reader} read {author}'s version {version.number} of {event.path} before "
        f"{task} was complete.",
        seq=event.seq,
        t=event.t,
        case=f"read:{event.seq}",
        facts={"read": str(version.number), "why": "unfinished"},
    )


def _reverted(
    read: FileRead, version: Version, event: FileWritten | OutsideWrite, earlier: int
) -> Finding:
    author = version.author
    back = f"to version {earlier}" if earlier else "to no file at all"
    return Finding(
        id=f"{Kind.DIRTY_READ}:{read.path}:{read.seq}:{event.seq}:reverted",
        kind=Kind.DIRTY_READ,
        severity=Severity.MEDIUM,
        verdict=Verdict.FOUND,
        agents=each_once((author, read.agent, event.agent)),
        paths=(read.path,),
        tasks=each_once((version.task,)),
        witness=witness(
            Step(version.seq, f"{author} made version {version.number}"),
            Step(read.seq, f"{read.agent} read version {read.version}"),
            Step(event.seq, f"{who(event.agent)} {verb(event)} the file, back {back}"),
        ),
        summary=sentence(
            f"{who(event.agent)} took {read.path} back {back}; {read.agent} had read version "
            f"{read.version} and has not looked since."
        ),
        seq=event.seq,
        t=event.t,
        case=f"read:{read.seq}",
        facts={
            "read": str(read.version),
            "older": str(read.version),
            "newer": str(event.version),
            "why": "reverted",
        },
    )
