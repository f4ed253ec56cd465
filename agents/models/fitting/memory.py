"""A session's history and files in memory, so that thousands of sessions fit into a fit.

The rules are the real ones: `agents.runtime.acting` carries the actions out, the state and the
observations fold the events. What is left out is what costs time and decides nothing: the disk,
git, and vector clocks.
"""

from typing import TypeVar

import msgspec

from agents.protocol.observations import Observations
from agents.runtime.recorder import EXCHANGES_KEPT
from workspaces.errors import CrosstalkError
from workspaces.files.controls.none import NoControl
from workspaces.history import events as e
from workspaces.history.state import State

E = TypeVar("E", bound=e.AnyEvent)


class MemoryRecorder:
    """Folds events and keeps them."""

    def __init__(self) -> None:
        self.state = State()
        self.observations = Observations(EXCHANGES_KEPT)
        self.events: list[e.AnyEvent] = []
        self.now = 0.0

    def record(self, event: E) -> E:
        """`event` with its number and time."""
        stamped = msgspec.structs.replace(event, seq=len(self.events) + 1, t=self.now)
        self.events.append(stamped)
        self.state.apply(stamped)
        self.observations.observe(stamped, self.state)
        return stamped


class _Refused(CrosstalkError):
    code = "no-match"


class MemoryGateway:
    """Files as the state has them."""

    def __init__(self, recorder: MemoryRecorder) -> None:
        self._recorder = recorder
        self.control = NoControl(recorder.state, recorder.record)

    def exists(self, agent: str, path: str) -> bool:
        """Whether there is a file."""
        latest = self._recorder.state.latest(path)
        return bool(latest and latest.blob)

    def list(self, agent: str, turn: int) -> None:
        """Show the names."""
        count = len(self._recorder.state.paths())
        self._recorder.record(e.FilesListed(agent=agent, turn=turn, count=count))

    def read(self, agent: str, turn: int, path: str) -> None:
        """Show a file."""
        latest = self._recorder.state.latest(path)
        self._recorder.record(
            e.FileRead(
                agent=agent,
                turn=turn,
                path=path,
                version=latest.number if latest else 0,
                blob=latest.blob if latest else "",
            )
        )

    def write(self, agent: str, turn: int, path: str, content: str, task: str) -> None:
        """Accept a version. Texts are their own digests here."""
        state = self._recorder.state
        latest = state.latest(path)
        replaced = latest.number if latest else 0
        state.blobs[content] = content
        self._recorder.record(
            e.FileWritten(
                agent=agent,
                turn=turn,
                path=path,
                version=replaced + 1,
                base=state.agents[agent].known.get(path, e.UNREAD),
                replaced=replaced,
                blob=content,
                size=len(content),
                task=task,
            )
        )

    def edit(self, agent: str, turn: int, path: str, search: str, replace: str, task: str) -> None:
        """Replace one place."""
        latest = self._recorder.state.latest(path)
        text = self._recorder.state.text(latest.blob) if latest else None
        if text is None or text.count(search) != 1:
            raise _Refused(f"{path} does not hold the text to replace exactly once")
        self.write(agent, turn, path, text.replace(search, replace), task)
