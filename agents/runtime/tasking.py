"""Carrying out what agents decide about tasks: who holds them, and which there are.

Who may decide what is the team's policy; what holds on every team is said here. An id that a model
made up is data: printable, short, and without what would break a list of ids or a tag.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from agents.protocol import actions as a
from agents.runtime.recorder import Recorder
from agents.runtime.refused import Refused
from agents.teams.team import Team
from workspaces.files.controls.control import Control
from workspaces.files.gateway import Gateway
from workspaces.files.paths import confine
from workspaces.history import events as e
from workspaces.history.state import Task

MOST_TASKS: Final = 1000
"""Tasks of a session to which agents may still add."""
_ID = re.compile(r"[^\s,<>\"'`|\[\]]{1,40}")
_MOST_TITLE: Final = 200
_MOST_REASON: Final = 2000


class Tasking:
    """The graph of tasks and their holders, as `recorder`'s state has them."""

    def __init__(self, recorder: Recorder, gateway: Gateway, team: Team) -> None:
        self._recorder = recorder
        self._state = recorder.state
        self._gateway = gateway
        self._team = team

    def act(self, agent: str, action: a.AnyAction) -> bool:
        """Carry `action` out if it is one on tasks; whether it is. Raises `Refused`, and
        `WriteRefused` where the control on files refuses a claim."""
        handler = _HANDLERS.get(type(action))
        if handler is None:
            return False
        handler(self, agent, action)
        return True

    def allowed(self, agent: str, action: str) -> None:
        """Raise `Refused` unless the team's policy lets `agent` take that action now."""
        if reason := self._team.denies(self._state, agent, action):
            raise Refused("not-allowed", reason)

    @property
    def _control(self) -> Control:
        return self._gateway.control

    # Who holds what --------------------------------------------------------------------------

    def _claim(self, agent: str, action: a.ClaimTask) -> None:
        task = self._unsettled(action.id)
        if agent in (task.owner, task.backup):
            raise Refused("yours", f"{task.id} is yours already.")
        if task.status == "held":
            raise Refused("held", f"{task.id} is held by {task.owner}.")
        self._check_ready(task.id)
        self._control.claim(agent, task)
        self._recorder.record(e.TaskClaimed(agent=agent, task=task.id, epoch=task.epoch + 1))

    def _release(self, agent: str, action: a.ReleaseTask) -> None:
        task = self._held(agent, action.id)
        self._recorder.record(e.TaskReleased(agent=agent, task=task.id))
        self._control.settle(agent)

    def _assign(self, agent: str, action: a.AssignTask) -> None:
        task = self._unsettled(action.id)
        if action.agent not in self._state.agents:
            names = ", ".join(self._state.agents)
            raise Refused("unknown-agent", f"There is no {action.agent[:80]!r}; the team: {names}.")
        if why := self._state.agents[action.agent].stopped:
            raise Refused("stopped", f"{action.agent} takes no steps: it is {why}.")
        if task.owner == action.agent and task.status == "held":
            raise Refused("held", f"{task.id} is {action.agent}'s already.")
        if self._state.agents[agent].role != "lead":
            if task.status == "held":
                raise Refused("held", f"{task.id} is held by {task.owner}.")
            self._check_ready(task.id)
        self.give(task, action.agent, agent)

    def give(self, task: Task, owner: str, agent: str = e.SESSION) -> None:
        """`agent` gives the task to `owner`, whoever held it."""
        before = task.owner if task.status == "held" else ""
        self._recorder.record(
            e.TaskAssigned(agent=agent, task=task.id, owner=owner, epoch=task.epoch + 1)
        )
        if before:
            self._control.settle(before)

    def take(self, task: str, reason: str, agent: str = e.SESSION) -> None:
        """`agent` takes the task from whoever holds it; it is open again."""
        found = self._state.tasks[task]
        holders = [name for name in (found.owner, found.backup) if name]
        self._recorder.record(e.TaskReleased(agent=agent, task=task, reason=reason))
        for name in holders:
            self._control.settle(name)

    def _complete(self, agent: str, action: a.CompleteTask) -> None:
        self.check_complete(agent, action)
        self.record_completed(agent, action.id)

    def check_complete(self, agent: str, action: a.CompleteTask) -> None:
        """Raise `Refused` unless the agent may complete the task now."""
        self.allowed(agent, action.name)
        task = self._held(agent, action.id)
        self._check_ready(task.id)
        absent = [path for path in task.files if not self._gateway.exists(agent, path)]
        if absent:
            raise Refused("incomplete", f"{', '.join(absent)} does not exist yet.")

    def record_completed(self, agent: str, task: str) -> None:
        """The task is done."""
        self._recorder.record(e.TaskCompleted(agent=agent, task=task))
        self._control.settle(agent)
        if beaten := self._state.tasks[task].beaten:
            self._control.beaten(beaten, self._state.tasks[task])

    # Which tasks there are -------------------------------------------------------------------

    def _add(self, agent: str, action: a.AddTask) -> None:
        tasks = self._state.tasks
        if not _ID.fullmatch(action.id) or not action.id.isprintable():
            raise Refused(
                "name",
                "A task's id is up to 40 characters without spaces, commas, quotes or brackets, "
                "such as task-9.",
            )
        if action.id in tasks:
            raise Refused(
                "exists", f"There is a task {action.id} already: {tasks[action.id].title[:80]}."
            )
        if len(tasks) >= MOST_TASKS:
            raise Refused("too-many", f"There are {len(tasks)} tasks; close some first.")
        needs = tuple(dict.fromkeys(action.dependencies))
        if action.id in needs:
            raise Refused("cycle", f"{action.id} would wait for itself.")
        # What a new task may need exists already and needs only what existed before it: so no
        # cycle can come about.
        if unknown := [name for name in needs if name not in tasks]:
            raise Refused(
                "unknown-task",
                f"There is no task {', '.join(repr(n[:40]) for n in unknown[:5])} for {action.id} "
                "to need; add that first.",
            )
        files = tuple(dict.fromkeys(confine(path) for path in action.files))
        title = " ".join(action.title.split())[:_MOST_TITLE]
        self._recorder.record(
            e.TaskAdded(
                agent=agent,
                task=action.id,
                title=title or action.id,
                description=action.description,
                dependencies=needs,
                files=files,
            )
        )

    def _verify(self, agent: str, action: a.VerifyTask) -> None:
        task = self._known(action.id)
        if task.status != "done":
            raise Refused("not-done", f"{task.id} is not completed, so there is nothing to verify.")
        others = any(
            not member.stopped and member.name != agent for member in self._state.agents.values()
        )
        if task.completed_by == agent and others:
            raise Refused("own-work", f"You completed {task.id}: somebody else has to look at it.")
        if task.verified_by:
            raise Refused("verified", f"{task.id} was verified by {task.verified_by}.")
        reason = action.reason[:_MOST_REASON]
        self._recorder.record(
            e.TaskVerified(agent=agent, task=task.id, accepted=not reason, reason=reason)
        )

    def _close(self, agent: str, action: a.CloseTask) -> None:
        task = self._unsettled(action.id)
        holders = [name for name in (task.owner, task.backup) if name]
        lead = self._state.agents[agent].role == "lead"
        if task.status == "held" and agent not in holders and not lead:
            raise Refused("held", f"{task.id} is held by {task.owner}.")
        self._recorder.record(
            e.TaskClosed(agent=agent, task=task.id, reason=action.reason[:_MOST_REASON])
        )
        for name in holders:
            self._control.settle(name)

    # What is asked of a task -----------------------------------------------------------------

    def _known(self, name: str) -> Task:
        if name not in self._state.tasks:
            raise Refused("unknown-task", f"There is no task {name[:80]!r}.")
        return self._state.tasks[name]

    def _unsettled(self, name: str) -> Task:
        task = self._known(name)
        if task.status == "done":
            raise Refused("done", f"{task.id} was completed by {task.completed_by}.")
        if task.status == "closed":
            raise Refused("closed", f"{task.id} was closed: it is not needed.")
        return task

    def _held(self, agent: str, name: str) -> Task:
        task = self._unsettled(name)
        if agent not in (task.owner, task.backup):
            holder = f"it is held by {task.owner}" if task.owner else "nobody holds it"
            raise Refused("not-yours", f"{task.id} is not yours: {holder}.")
        return task

    def _check_ready(self, task: str) -> None:
        if missing := self._state.missing(task):
            waits = [m for m in missing if self._state.tasks[m].status == "done"]
            how = "not verified yet" if len(waits) == len(missing) else "not done yet"
            raise Refused("blocked", f"{task} needs {', '.join(missing)}, {how}.")


_HANDLERS: dict[type, Callable[[Tasking, str, Any], None]] = {
    a.ClaimTask: Tasking._claim,
    a.ReleaseTask: Tasking._release,
    a.CompleteTask: Tasking._complete,
    a.AddTask: Tasking._add,
    a.AssignTask: Tasking._assign,
    a.VerifyTask: Tasking._verify,
    a.CloseTask: Tasking._close,
}
