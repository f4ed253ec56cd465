"""Carrying out an agent's actions: each is recorded as done, or as refused with its reason.

Everything here happens at one instant of the session and awaits nothing; test runs, which take
time, are the turn's business.
"""

from collections.abc import Callable
from typing import Any

from agents.protocol import actions as a
from agents.runtime.recorder import Recorder
from workspaces.errors import CrosstalkError
from workspaces.files.controls.control import Control
from workspaces.files.gateway import Gateway
from workspaces.files.paths import PathRefused
from workspaces.files.refusals import ReadRefused, WriteRefused
from workspaces.history import events as e
from workspaces.history.state import Task


class Refused(CrosstalkError):
    """An action that is not carried out; `code` is for programs, `title` for the agent."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Acting:
    """The hands of all agents: the tasks and messages of `recorder`'s state, and the files
    behind `gateway`."""

    def __init__(self, recorder: Recorder, gateway: Gateway) -> None:
        self._recorder = recorder
        self._state = recorder.state
        self._gateway = gateway

    def act(self, agent: str, turn: int, action: a.AnyAction) -> None:
        """Carry `action` out, or record why not. Raises what the history raises, and
        `WorkspaceError` when the disk refuses a write that is recorded already."""
        try:
            _HANDLERS.get(type(action), Acting._unavailable)(self, agent, turn, action)
        except Refused as refusal:
            self._refuse(agent, turn, action, refusal.code, refusal.title)
        except (ReadRefused, WriteRefused) as refusal:
            self._refuse(agent, turn, action, refusal.code, refusal.reason)
        except PathRefused as refusal:
            self._refuse(agent, turn, action, "path", str(refusal))

    def _refuse(self, agent: str, turn: int, action: a.AnyAction, code: str, reason: str) -> None:
        self._recorder.record(
            e.ActionRefused(
                agent=agent,
                turn=turn,
                action=action.name,
                target=action.target,
                code=code,
                reason=reason,
            )
        )

    @property
    def control(self) -> Control:
        """The policy on concurrent writes, which also hangs on turns."""
        return self._gateway.control

    # Files -----------------------------------------------------------------------------------

    def _read(self, agent: str, turn: int, action: a.ReadFile) -> None:
        self._gateway.read(agent, turn, action.path)

    def _list(self, agent: str, turn: int, action: a.ListFiles) -> None:
        self._gateway.list(agent, turn)

    def _write(self, agent: str, turn: int, action: a.WriteFile) -> None:
        task = self.task_of(agent, action.path)
        self._gateway.write(agent, turn, action.path, action.content, task)

    def _edit(self, agent: str, turn: int, action: a.EditFile) -> None:
        task = self.task_of(agent, action.path)
        self._gateway.edit(agent, turn, action.path, action.search, action.replace, task)

    def task_of(self, agent: str, path: str) -> str:
        """The task that the agent serves by writing `path`: one it holds that names the path,
        else one it holds that names no files, else none."""
        held = [self._state.tasks[task] for task in self._state.agents[agent].tasks]
        for task in held:
            if path in task.files:
                return task.id
        return next((task.id for task in held if not task.files), "")

    # Tasks -----------------------------------------------------------------------------------

    def _claim(self, agent: str, turn: int, action: a.ClaimTask) -> None:
        task = self._known(action.id)
        if task.status == "done":
            raise Refused("done", f"{task.id} was completed by {task.completed_by}.")
        if task.owner == agent:
            raise Refused("yours", f"{task.id} is yours already.")
        if task.status == "held":
            raise Refused("held", f"{task.id} is held by {task.owner}.")
        self._check_ready(task.id)
        self.control.claim(agent, task)
        self._recorder.record(e.TaskClaimed(agent=agent, task=task.id, epoch=task.epoch + 1))

    def _release(self, agent: str, turn: int, action: a.ReleaseTask) -> None:
        task = self._held(agent, action.id)
        self._recorder.record(e.TaskReleased(agent=agent, task=task.id))
        self.control.settle(agent)

    def _complete(self, agent: str, turn: int, action: a.CompleteTask) -> None:
        self.check_complete(agent, action)
        self.record_completed(agent, action.id)

    def check_complete(self, agent: str, action: a.CompleteTask) -> None:
        """Raise `Refused` unless the agent may complete the task now."""
        task = self._held(agent, action.id)
        self._check_ready(task.id)
        absent = [path for path in task.files if not self._gateway.exists(agent, path)]
        if absent:
            raise Refused("incomplete", f"{', '.join(absent)} does not exist yet.")

    def record_completed(self, agent: str, task: str) -> None:
        """The task is done."""
        self._recorder.record(e.TaskCompleted(agent=agent, task=task))
        self.control.settle(agent)

    def _known(self, name: str) -> Task:
        if name not in self._state.tasks:
            raise Refused("unknown-task", f"There is no task {name[:80]!r}.")
        return self._state.tasks[name]

    def _held(self, agent: str, name: str) -> Task:
        task = self._known(name)
        if task.status == "done":
            raise Refused("done", f"{task.id} was completed by {task.completed_by}.")
        if task.owner != agent:
            holder = f"it is held by {task.owner}" if task.owner else "nobody holds it"
            raise Refused("not-yours", f"{task.id} is not yours: {holder}.")
        return task

    def _check_ready(self, task: str) -> None:
        if missing := self._state.missing(task):
            raise Refused("blocked", f"{task} needs {', '.join(missing)}, not done yet.")

    # Messages --------------------------------------------------------------------------------

    def _send(self, agent: str, turn: int, action: a.SendMessage) -> None:
        if action.to not in self._state.agents or action.to == agent:
            raise Refused("unknown-agent", f"There is no other agent {action.to[:80]!r}.")
        self._message(agent, turn, (action.to,), action.text)

    def _broadcast(self, agent: str, turn: int, action: a.Broadcast) -> None:
        others = tuple(name for name in self._state.agents if name != agent)
        if not others:
            raise Refused("unknown-agent", "There is nobody else on the team.")
        self._message(agent, turn, others, action.text)

    def _message(self, agent: str, turn: int, to: tuple[str, ...], text: str) -> None:
        self._recorder.record(e.MessageSent(agent=agent, turn=turn, to=to, text=text))

    def _wait(self, agent: str, turn: int, action: a.Wait) -> None:
        self._recorder.record(e.Waited(agent=agent, turn=turn))

    def _unavailable(self, agent: str, turn: int, action: a.AnyAction) -> None:
        raise Refused("not-allowed", f"Nobody on this team may {action.name.replace('_', ' ')}.")

    def _malformed(self, agent: str, turn: int, action: a.Malformed) -> None:
        raise Refused("malformed", action.reason)


_HANDLERS: dict[type, Callable[[Acting, str, int, Any], None]] = {
    a.ReadFile: Acting._read,
    a.ListFiles: Acting._list,
    a.WriteFile: Acting._write,
    a.EditFile: Acting._edit,
    a.ClaimTask: Acting._claim,
    a.ReleaseTask: Acting._release,
    a.CompleteTask: Acting._complete,
    a.SendMessage: Acting._send,
    a.Broadcast: Acting._broadcast,
    a.Wait: Acting._wait,
    a.Malformed: Acting._malformed,
}
