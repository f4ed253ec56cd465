"""Livelocks: writers who keep undoing each other.

Exact: the last `MOVES` or more versions of a path come from alternating authors (none twice in a
row, outside writers included), within them some bytes come back after other bytes stood in their
place, and none of these authors completed a task since the first of them. At most `WINDOW` versions
are looked at. Reported once for each run of alternating versions.
"""

from collections.abc import Iterable, Sequence

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import each_once, listed, witness
from workspaces.anomalies.writes import is_write, tasks_of, verb, who
from workspaces.history.events import AnyEvent, FileWritten, OutsideWrite, TaskCompleted
from workspaces.history.state import State, Version

MOVES = 4
WINDOW = 16


class Livelocks:
    """Follows the run of alternating versions at the end of each path."""

    kinds = (Kind.LIVELOCK,)
    events = (FileWritten, OutsideWrite, TaskCompleted)

    def __init__(self) -> None:
        self._told: set[str] = set()
        """Paths at whose end there is a run that was reported."""
        self._completed: dict[str, int] = {}
        """By agent: its last completion."""

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The run that `event` makes too long."""
        if isinstance(event, TaskCompleted):
            self._completed[event.agent] = event.seq
            return ()
        if not is_write(event):
            return ()
        run = _run(state.files.get(event.path, ()))
        if len(run) < MOVES:
            self._told.discard(event.path)
            return ()
        if event.path in self._told:
            return ()
        authors = each_once(version.author for version in run)
        done = max(self._completed.get(author, 0) for author in authors)
        run = [version for version in run if version.seq > done]
        if len(run) < MOVES or not _recurs(run):
            return ()
        self._told.add(event.path)
        unrecorded = any(state.gaps.of(author, run[0].seq) for author in authors)
        return (doubted(_finding(event, run, state), unrecorded),)


def _run(versions: Sequence[Version]) -> list[Version]:
    """The longest end of `versions` in which no author follows itself."""
    run: list[Version] = []
    for version in reversed(versions[-WINDOW:]):
        if run and run[-1].author == version.author:
            break
        run.append(version)
    return run[::-1]


def _recurs(run: Sequence[Version]) -> bool:
    last: dict[str, int] = {}
    for place, version in enumerate(run):
        before = last.get(version.blob)
        if before is not None and any(v.blob != version.blob for v in run[before:place]):
            return True
        last[version.blob] = place
    return False


def _finding(event: FileWritten | OutsideWrite, run: Sequence[Version], state: State) -> Finding:
    authors = each_once(version.author for version in run)
    contents = len({version.blob for version in run})
    return Finding(
        id=f"{Kind.LIVELOCK}:{event.path}:{run[0].seq}:{event.seq}",
        kind=Kind.LIVELOCK,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=authors,
        paths=(event.path,),
        tasks=tasks_of(event, state),
        witness=witness(
            [Step(v.seq, f"{who(v.author)} made version {v.number}") for v in run[:-1]],
            Step(
                event.seq,
                f"{who(event.agent)} {verb(event)} version {event.version}: {len(run)} versions "
                "in turns, with bytes that had been there before",
            ),
        ),
        summary=f"{listed(map(who, authors))} keep changing {event.path} back and forth: "
        f"{len(run)} versions in turns, {contents} different.",
        seq=event.seq,
        t=event.t,
        case=f"write:{event.seq}",
        facts={
            "versions": str(len(run)),
            "different": str(contents),
            "older": str(run[-2].number),
            "newer": str(event.version),
        },
    )
