"""Runs a workspace's tests, and its scripts: confined, beside the event loop, tests once for each
content.

Agents ask for test runs all the time and often for the same tree, and `python -m pytest` costs
half a second of processor time. So one worker process imports pytest once and forks a child for
each run (see `testing_worker`), equal requests share one run, and finished ones are remembered
under the tree's git id.

What holds: a run ends in time, stays within its memory, processes and output, and cannot harm the
session whatever it does; under bubblewrap it also reaches no network, no file of the machine and
no other run (see `confinement`). A process that exits before pytest has finished is an error,
whatever its exit status.

What cannot be prevented: the tested code shares an interpreter with pytest and with the plugin
that reports. Code that sets out to deceive can patch either, or write the report itself, and a
wrong success follows. Only running the tests against the code from another process would help,
and pytest does not work that way. Without bubblewrap, moreover, a run could reach the worker and
other runs, and a process that leaves its session may outlive a worker that is killed.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TypeAlias

import msgspec

from agents.runtime.confinement import Confinement
from agents.runtime.testing_process import Answer, Limits, WorkerDied, WorkerProcess
from workspaces.files.trees import tree_of
from workspaces.history.codec import digest

__all__ = ["Limits", "ScriptOutcome", "TestOutcome", "TestRunner"]

Content: TypeAlias = str | bytes

_KILLED = 137
_INTERNAL = 3
_ATTEMPTS = 2


class TestOutcome(msgspec.Struct, frozen=True):
    """What became of one test run.

    `tree` is the git id of the tested tree. `returncode` is pytest's own (0 passed, 1 failed,
    2 interrupted or not collected, 3 internal error or the process ended by itself, 4 wrong
    usage, such as a missing file, 5 no tests), 124 for out of time, 128 plus the signal when
    killed. `errors` counts tests and files that could not be set up or collected, and is at
    least 1 whenever the run did not come to its end. `failures` names failed tests and errors,
    and the test in which a run was stopped. `output` is the end of what pytest printed, the same
    text for the same tree. `seconds` is real time; `cached` says that no run was started for
    this answer.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    tree: str
    returncode: int
    passed: int
    failed: int
    errors: int
    failures: tuple[str, ...]
    output: str
    seconds: float
    cached: bool

    @property
    def ok(self) -> bool:
        """Whether tests ran and all of them passed."""
        return self.returncode == 0 and self.passed > 0 and not (self.failed or self.errors)


class ScriptOutcome(msgspec.Struct, frozen=True):
    """What became of a script: its exit status (124 for out of time, 128 plus the signal when
    killed), the end of what it printed, and the real time it took, in seconds."""

    returncode: int
    output: str
    seconds: float


class TestRunner:
    """Runs tests in a worker process that starts with the first run and ends with `aclose`.

    At most `parallel` runs (the number of processors, if None) go on at a time; `remembered`
    outcomes are kept. `confinement` is found out at the start when it is None.
    """

    __test__ = False

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        parallel: int | None = None,
        remembered: int = 512,
        confinement: Confinement | None = None,
    ) -> None:
        self.confinement = confinement
        self.started_runs = 0
        self._limits = limits or Limits()
        self._slots = asyncio.Semaphore(parallel or os.cpu_count() or 1)
        self._remembered = remembered
        self._outcomes: OrderedDict[tuple[str, ...], TestOutcome] = OrderedDict()
        self._flights: dict[tuple[str, ...], asyncio.Task[TestOutcome]] = {}
        self._worker: WorkerProcess | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    async def __aenter__(self) -> TestRunner:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    @property
    def worker_pid(self) -> int | None:
        """The worker's outermost process, or None before the first run."""
        return self._worker.pid if self._worker is not None else None

    @property
    def isolated(self) -> bool:
        """Whether each run has namespaces of its own; False before the first run."""
        return self._worker is not None and self._worker.isolated

    async def start(self) -> None:
        """Start the worker now rather than with the first run. Raises `WorkerDied`."""
        await self._ready_worker()

    async def run(self, files: Mapping[str, Content], tests: Sequence[str]) -> TestOutcome:
        """Run the test files `tests` in a workspace that holds exactly `files`.

        Later changes to `files` do not matter. A caller that is cancelled leaves the run to
        others who wait for it. Raises ValueError for a path that is not inside a workspace;
        whatever goes wrong in the run itself is an outcome.
        """
        if self._closed:
            raise RuntimeError("the test runner is closed")
        chosen = tuple(dict.fromkeys(_checked(path) for path in tests))
        snapshot = _snapshot(files)
        tree = tree_of({path: digest(data) for path, data in snapshot})
        key = (tree, *chosen)
        known = self._outcomes.get(key)
        if known is not None:
            self._outcomes.move_to_end(key)
            return msgspec.structs.replace(known, cached=True)
        flight = self._flights.get(key)
        if flight is not None:
            return msgspec.structs.replace(await asyncio.shield(flight), cached=True)
        flight = asyncio.create_task(self._fly(key, snapshot), name=f"tests of {tree[:10]}")
        self._flights[key] = flight
        flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return await asyncio.shield(flight)

    async def run_script(self, files: Mapping[str, Content], path: str) -> ScriptOutcome:
        """Run the Python file `path` in a copy of `files`, of which nothing comes back.

        Not shared and not remembered: what a script prints may depend on more than its files.
        Raises ValueError for a path that is not inside a workspace.
        """
        if self._closed:
            raise RuntimeError("the test runner is closed")
        snapshot = _snapshot(files)
        async with self._slots:
            answer = await self._attempt(snapshot, [], _checked(path))
        return ScriptOutcome(answer.returncode, answer.output, answer.seconds)

    async def aclose(self) -> None:
        """End runs under way (who waits for them is cancelled) and the worker."""
        self._closed = True
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        async with self._starting:
            worker, self._worker = self._worker, None
            if worker is not None:
                await worker.close()

    async def _fly(self, key: tuple[str, ...], files: list[tuple[str, bytes]]) -> TestOutcome:
        """One shared run; remembered unless it tells more of the machine than of the tree."""
        tree, *tests = key
        async with self._slots:
            answer = await self._attempt(files, tests, "")
        fields = {name: getattr(answer, name) for name in Answer.__struct_fields__ if name != "id"}
        outcome = TestOutcome(tree=tree, cached=False, **fields)
        if answer.id > 0 and answer.returncode != _KILLED and self._remembered > 0:
            self._outcomes[key] = outcome
            while len(self._outcomes) > self._remembered:
                self._outcomes.popitem(last=False)
        return outcome

    async def _attempt(
        self, files: list[tuple[str, bytes]], tests: list[str], script: str
    ) -> Answer:
        """Ask the worker, and a new one if it dies: another run may have killed the first."""
        for _ in range(_ATTEMPTS):
            try:
                worker = await self._ready_worker()
            except WorkerDied as error:
                return _no_answer(_INTERNAL, f"The tests could not be run: {error}")
            self.started_runs += 1
            try:
                return await worker.request(files, tests, script)
            except WorkerDied:
                continue
        return _no_answer(_KILLED, f"The test process ended {_ATTEMPTS} times without an answer")

    async def _ready_worker(self) -> WorkerProcess:
        """The live worker; starts one where there is none or the last one died."""
        async with self._starting:
            if self._worker is not None and self._worker.alive:
                return self._worker
            if self._worker is not None:
                dead, self._worker = self._worker, None
                await dead.close()
            if self.confinement is None:
                self.confinement = await asyncio.to_thread(Confinement.probe)
            self._worker = await WorkerProcess.start(self.confinement, self._limits)
            return self._worker


def _snapshot(files: Mapping[str, Content]) -> list[tuple[str, bytes]]:
    return [(_checked(path), _encoded(text)) for path, text in sorted(files.items())]


def _encoded(content: Content) -> bytes:
    """The bytes of a file; text is UTF-8, and lone surrogates keep their three bytes."""
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")


def _checked(path: str) -> str:
    """`path`, if it names a place inside a workspace; raises `ValueError` if not."""
    if not all(part not in ("", ".", "..") and "\0" not in part for part in path.split("/")):
        raise ValueError(f"not a path inside a workspace: {path!r}")
    return path


def _no_answer(returncode: int, why: str) -> Answer:
    """The answer for a run of which the worker said nothing."""
    return Answer(
        id=0, seconds=0.0, returncode=returncode, passed=0, failed=0, errors=1, failures=(),
        output=why + "\n",
    )  # fmt: skip
