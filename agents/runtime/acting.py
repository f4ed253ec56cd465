"""Carrying out an agent's actions: each is recorded as done, or as refused with its reason.

Everything here happens at one instant of the session and awaits nothing; test runs, which take
time, are the turn's business.
"""

from collections.abc import Callable
from typing import Any

from agents.protocol import actions as a
from agents.runtime.recorder import Recorder
from agents.runtime.refused import Refused
from agents.runtime.tasking import Tasking
from agents.teams.team import Team
from workspaces.files.controls.control import Control
from workspaces.files.gateway import Gateway
from workspaces.files.paths import PathRefused
from workspaces.files.refusals import ReadRefused, WriteRefused
from workspaces.history import events as e


class Acting:
    """The hands of all agents: the tasks and messages of `recorder`'s state, and the files
    behind `gateway`, as `team` allows."""

    def __init__(self, recorder: Recorder, gateway: Gateway, team: Team) -> None:
        self._recorder = recorder
        self._state = recorder.state
        self._gateway = gateway
        self.tasks = Tasking(recorder, gateway, team)

    def act(self, agent: str, turn: int, action: a.AnyAction) -> None:
        """Carry `action` out, or record why not. Raises what the history raises, and
        `WorkspaceError` when the disk refuses a write that is recorded already."""

        def do() -> None:
            if not self.tasks.act(agent, action):
                _HANDLERS[type(action)](self, agent, turn, action)

        self.attempt(agent, turn, action, do)

    def attempt(self, agent: str, turn: int, action: a.AnyAction, do: Callable[[], None]) -> None:
        """Have `do` carry `action` out if the team allows it; record a refusal."""
        try:
            self.tasks.allowed(agent, action.name)
            do()
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

    def _malformed(self, agent: str, turn: int, action: a.Malformed) -> None:
        raise Refused("malformed", action.reason)


_HANDLERS: dict[type, Callable[[Acting, str, int, Any], None]] = {
    a.ReadFile: Acting._read,
    a.ListFiles: Acting._list,
    a.WriteFile: Acting._write,
    a.EditFile: Acting._edit,
    a.SendMessage: Acting._send,
    a.Broadcast: Acting._broadcast,
    a.Wait: Acting._wait,
    a.Malformed: Acting._malformed,
}
