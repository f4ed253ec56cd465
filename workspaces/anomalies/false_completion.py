"""False completions: a task was reported done, and it is not.

Exact in its first rule. The second rests on a naming convention and says so.

- `missing`: at the completion one of the task's files does not exist.
- `failing`: a finished test run on the task's files as they were at the completion fails in one of
  the task's own tests. Which tests are a task's own is told by their names: `test_mean...` is of
  the task whose file is `mean.py`, the longest file name winning.

A run *tells* of a completion if it began when all of the task's files were as completed, and either
passed, or failed only in tests that name a task's file. The last run that told before the
completion counts (an agent that reported what it had just seen fail); without one, the next after.
No finding when that run has no failure of the task's. Unknown, and reported at the session's end,
when no run told. In a session without tests the second rule says nothing.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.witness import counted, listed, witness
from workspaces.history import events as e
from workspaces.history.state import State, Task

RUNS = 8
"""Finished runs before a completion that are looked at."""
MOST_PENDING = 256
_TELLING = (0, 1)
"""pytest's exit codes for a run that came to its end: all passed, some failed."""


@dataclass(slots=True)
class _Run:
    """A finished run: when it began, and what failed, by the end of the test's file's name."""

    event: e.TestsEnded
    began: int
    stems: dict[str, list[str]]
    unclear: bool
    """Whether some failure is of no task."""


@dataclass(slots=True)
class _Pending:
    event: e.TaskCompleted
    versions: dict[str, int]


class FalseCompletions:
    """Holds each completion against the files, and against the test runs around it."""

    kinds = (Kind.FALSE_COMPLETION,)
    events = (e.TaskAdded, e.TaskCompleted, e.TestsStarted, e.TestsEnded, e.SessionEnded)

    def __init__(self) -> None:
        self._began: dict[int, int] = {}
        self._runs: deque[_Run] = deque(maxlen=RUNS)
        self._pending: dict[str, _Pending] = {}
        self._stems: set[str] = set()

    def observe(self, event: e.AnyEvent, state: State) -> Iterable[Finding]:
        """The completions that `event` shows to be false, or to stay unknown."""
        match event:
            case e.TaskAdded():
                self._stems.update(map(_stem, event.files))
            case e.TaskCompleted() if event.task in state.tasks:
                return self._completed(event, state.tasks[event.task], state)
            case e.TestsStarted():
                self._began[event.run] = event.seq
            case e.TestsEnded():
                return list(self._tested(event, state))
            case e.SessionEnded():
                return list(self._ended(event, state))
        return ()

    def _completed(self, event: e.TaskCompleted, task: Task, state: State) -> list[Finding]:
        if absent := [path for path in task.files if not _exists(path, event.agent, state)]:
            return [doubted(_missing(event, task, absent), state.gaps.after(0))]
        tested = bool(state.started and state.started.tests)
        if not task.files or not tested:
            return []
        versions = {path: state.files[path][-1].seq for path in task.files if path in state.files}
        pending = _Pending(event, versions)
        for run in reversed(self._runs):
            told = self._tells(run, pending, task)
            if told is not None:
                return [_failing(pending.event, task, run, told, state)] if told else []
        if len(self._pending) >= MOST_PENDING:
            del self._pending[next(iter(self._pending))]
        self._pending[task.id] = pending
        return []

    def _tested(self, event: e.TestsEnded, state: State) -> Iterator[Finding]:
        began = self._began.pop(event.run, None)
        if event.returncode not in _TELLING or began is None:
            return
        run = self._read(event, began)
        self._runs.append(run)
        for name, pending in list(self._pending.items()):
            task = state.tasks[name]
            if any(not _unchanged(p, seq, began, state) for p, seq in pending.versions.items()):
                continue
            told = self._tells(run, pending, task)
            if told is None:
                continue
            del self._pending[name]
            if told:
                yield _failing(pending.event, task, run, told, state)

    def _tells(self, run: _Run, pending: _Pending, task: Task) -> list[str] | None:
        """The task's tests that failed in the run; `None` where it does not tell."""
        if any(seq > run.began for seq in pending.versions.values()):
            return None
        failed = [name for path in task.files for name in run.stems.get(_stem(path), ())]
        return failed if failed or not run.unclear else None

    def _read(self, event: e.TestsEnded, began: int) -> _Run:
        stems: dict[str, list[str]] = {}
        unclear = event.returncode != 0 and not event.failures
        for failure in event.failures:
            stem = self._stem_of(failure)
            if stem:
                stems.setdefault(stem, []).append(failure)
            else:
                unclear = True
        return _Run(event, began, stems, unclear)

    def _stem_of(self, failure: str) -> str:
        """The task's file that a test is named after, as in `test_x.py::test_mean_of_none[1]`."""
        name = failure.rpartition("::")[2].partition("[")[0].removeprefix("test_")
        while name:
            if name in self._stems:
                return name
            name = name.rpartition("_")[0]
        return ""

    def _ended(self, event: e.SessionEnded, state: State) -> Iterator[Finding]:
        for name, pending in self._pending.items():
            yield _untested(pending.event, state.tasks[name], event)
        self._pending.clear()


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _exists(path: str, agent: str, state: State) -> bool:
    latest = state.latest(path)
    if latest and latest.blob:
        return True
    tree = state.worktrees.get(agent)
    return bool(tree and path in tree.heads and tree.heads[path].blob)


def _unchanged(path: str, seq: int, began: int, state: State) -> bool:
    """Whether the version of event `seq` was still the newest at event `began`."""
    versions = reversed(state.files.get(path, ()))
    return seq == next((version.seq for version in versions if version.seq <= began), None)


def _missing(event: e.TaskCompleted, task: Task, absent: list[str]) -> Finding:
    do = "does" if len(absent) == 1 else "do"
    return Finding(
        id=f"{Kind.FALSE_COMPLETION}:{task.id}:{event.seq}",
        kind=Kind.FALSE_COMPLETION,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=(event.agent,),
        paths=tuple(absent),
        tasks=(task.id,),
        witness=witness(
            Step(event.seq, f"{event.agent} completed {task.id}; {listed(absent)} {do} not exist")
        ),
        summary=f"{event.agent} completed {task.id}, but {listed(absent)} {do} not exist.",
        seq=event.seq,
        t=event.t,
        case=f"task:{event.seq}",
        facts={"rule": "missing"},
    )


def _failing(
    event: e.TaskCompleted, task: Task, run: _Run, failed: list[str], state: State
) -> Finding:
    before = run.event.seq < event.seq
    tests = counted(len(failed), "test")
    names = listed(name.rpartition("::")[2] for name in failed)
    knew = f" after {run.event.agent} had run them" if before else ""
    now = max(event, run.event, key=lambda one: one.seq)
    fail = "fails" if len(failed) == 1 else "fail"
    finding = Finding(
        id=f"{Kind.FALSE_COMPLETION}:{task.id}:{event.seq}",
        kind=Kind.FALSE_COMPLETION,
        severity=Severity.MEDIUM,
        verdict=Verdict.FOUND,
        agents=tuple(dict.fromkeys((event.agent, run.event.agent))),
        paths=task.files,
        tasks=(task.id,),
        witness=witness(
            Step(event.seq, f"{event.agent} completed {task.id}"),
            Step(run.began, f"{run.event.agent} began to test the files as completed"),
            Step(run.event.seq, f"{tests} of {task.id} failed: {names}"),
        ),
        summary=f"{event.agent} completed {task.id}{knew}, but {tests} of its own {fail}: {names}.",
        seq=now.seq,
        t=now.t,
        case=f"task:{event.seq}",
        facts={"rule": "failing", "failed": str(len(failed)), "before": "yes" if before else "no"},
    )
    return doubted(finding, state.gaps.after(min(run.began, event.seq)))


def _untested(event: e.TaskCompleted, task: Task, end: e.SessionEnded) -> Finding:
    return Finding(
        id=f"{Kind.FALSE_COMPLETION}:{task.id}:{event.seq}",
        kind=Kind.FALSE_COMPLETION,
        severity=Severity.INFO,
        verdict=Verdict.UNKNOWN,
        agents=(event.agent,),
        paths=task.files,
        tasks=(task.id,),
        witness=witness(
            Step(event.seq, f"{event.agent} completed {task.id}"),
            Step(end.seq, "the session ended; no test run had told of it as completed"),
        ),
        summary=f"{event.agent} completed {task.id}, and nobody tested what it completed.",
        seq=end.seq,
        t=end.t,
        case=f"task:{event.seq}",
        facts={"rule": "untested"},
    )
