"""The merge queue: agents' worktrees into the shared tree, one at a time, re-tested.

The rule of the re-test: no test that passes on the shared tree may fail on the merged one. More
cannot be asked while tasks are open, since most tests wait for files that nobody has written.
Which tests pass on the shared tree is known from the merge before, or found out by a run. If that
run did not come to its end (a test hung, nothing was collected), no test is known to pass.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from agents.protocol.actions import CompleteTask
from agents.runtime.acting import Acting
from agents.runtime.recorder import Recorder
from agents.runtime.refused import Refused
from agents.runtime.steps import Steps
from agents.runtime.testruns import TestRuns
from workspaces.files.controls.worktrees import MergeConflict, Proposal, Worktrees
from workspaces.files.gateway import Gateway
from workspaces.history import events as e

_ENDED = (0, 1)
"""pytest's exit codes of a run that came to its end."""
_ATTEMPTS = 5
_SHOWN = 10
_UNSETTLED = (
    "The shared tree changed again and again while the merge was tested; complete the task again."
)


class _Merge(NamedTuple):
    """What a merge is for. `check` refuses a completion that may not be; `task` is empty for
    work that serves no task."""

    agent: str
    turn: int
    task: str
    check: Callable[[], None]


class MergeQueue:
    """Merges for all agents. Each waits its turn in the order of asking."""

    def __init__(
        self,
        recorder: Recorder,
        steps: Steps,
        acting: Acting,
        gateway: Gateway,
        control: Worktrees,
        tests: TestRuns,
    ) -> None:
        self._recorder = recorder
        self._steps = steps
        self._acting = acting
        self._gateway = gateway
        self._control = control
        self._tests = tests
        self._line = asyncio.Lock()
        self._known: dict[str, e.TestsEnded] = {}

    async def complete(self, agent: str, turn: int, action: CompleteTask) -> None:
        """Complete a task once the agent's work is merged, or record why not."""

        def check() -> None:
            self._acting.tasks.check_complete(agent, action)

        await self._merge(_Merge(agent, turn, action.id, check))

    async def leftovers(self, agent: str, turn: int) -> None:
        """At the end of a turn: merge what an agent without a task has changed."""
        if not self._recorder.state.agents[agent].tasks and self._control.changed(agent):
            await self._merge(_Merge(agent, turn, "", lambda: None))

    async def _merge(self, job: _Merge) -> None:
        async with self._line:
            for _ in range(_ATTEMPTS):
                began = await self._steps.due(lambda: self._propose(job))
                if began is None:
                    return
                tree, proposal = began
                broken = await self._retest(job, tree, proposal)
                if await self._steps.due(partial(self._land, job, tree, proposal, broken)):
                    return
            await self._steps.due(lambda: self._refuse(job, "conflict", _UNSETTLED))

    def _propose(self, job: _Merge) -> tuple[str, Proposal] | None:
        """The shared tree's id and what the merge would make of it; `None` if it was refused."""
        try:
            job.check()
            for path in self._control.changed(job.agent):
                self._gateway.look(path)
            return self._gateway.tree(), self._control.propose(job.agent)
        except Refused as refusal:
            self._refuse(job, refusal.code, refusal.title)
        except MergeConflict as conflict:
            self._record(
                e.MergeRefused(
                    agent=job.agent, task=job.task, reason="conflict", paths=conflict.paths
                )
            )
            self._control.show_conflict(job.agent, job.turn, conflict.paths)
            self._refuse(job, conflict.code, conflict.reason)
        return None

    async def _retest(self, job: _Merge, tree: str, proposal: Proposal) -> e.TestsEnded | None:
        """The run on the merged tree if it breaks a test, else `None`."""
        started = self._recorder.state.started
        if not proposal.contents or not (started and started.tests):
            return None
        files = self._gateway.snapshot()
        before = self._known.get(tree) or await self._tests.run(e.SESSION, job.turn, files)
        after = await self._tests.run(e.SESSION, job.turn, files | proposal.contents)
        self._known = {tree: before, after.tree: after}
        return after if broken_tests(before, after) else None

    def _land(
        self, job: _Merge, tree: str, proposal: Proposal, broken: e.TestsEnded | None
    ) -> bool:
        """Carry the merge out, or refuse it; false when it must be tried anew."""
        if self._gateway.tree() != tree:
            return False
        try:
            job.check()
        except Refused as refusal:
            self._refuse(job, refusal.code, refusal.title)
            return True
        if broken:
            names = broken_tests(self._known[tree], broken)
            self._record(
                e.MergeRefused(
                    agent=job.agent, task=job.task, reason="tests", paths=tuple(proposal.contents)
                )
            )
            self._refuse(job, "tests", _explained(broken, names))
            return True
        if proposal.contents:
            event = self._control.merged(proposal, job.task)
            for path, data in proposal.contents.items():
                task = self._acting.task_of(job.agent, path) or job.task
                self._gateway.merge_in(job.agent, job.turn, path, data, task)
            self._control.landed(proposal, event)
        if job.task:
            self._acting.tasks.record_completed(job.agent, job.task)
        return True

    def _refuse(self, job: _Merge, code: str, reason: str) -> None:
        action = "complete_task" if job.task else "merge"
        self._record(
            e.ActionRefused(
                agent=job.agent,
                turn=job.turn,
                action=action,
                target=job.task,
                code=code,
                reason=reason,
            )
        )

    def _record(self, event: e.AnyEvent) -> None:
        self._recorder.record(event)


def broken_tests(before: e.TestsEnded, after: e.TestsEnded) -> tuple[str, ...]:
    """The tests that passed in the run `before` and do not `after`."""
    if before.returncode not in _ENDED or not before.passed:
        return ()
    if after.returncode not in _ENDED:
        return after.failures or ("the whole run",)
    known = frozenset(before.failures)
    return tuple(name for name in after.failures if name not in known)


def _explained(run: e.TestsEnded, broken: tuple[str, ...]) -> str:
    """For the agent, in the wording of a test run's result."""
    more = f"\n  (and {len(broken) - _SHOWN} more)" if len(broken) > _SHOWN else ""
    return (
        "Merged with the shared tree, your work breaks tests that pass there, so it stays in your "
        "worktree; correct it and complete the task again.\n"
        f"run_tests: {run.passed} passed, {run.failed + run.errors} failed (on the merged tree)."
        + "".join(f"\n  failed: {name}" for name in broken[:_SHOWN])
        + more
        + f"\n```\n{run.output[-2000:]}\n```"
    )
