"""No control: the last writer wins, and the history tells who lost.

With one exception, which holds under every control of the shared tree: while two agents do one
task, as its holder and its planned backup, neither may replace a version of the task's files that
it has not seen. Otherwise the plan itself would lose work.
"""

from workspaces.files.controls.control import Record
from workspaces.files.controls.difference import stale
from workspaces.files.controls.seen import Seen
from workspaces.files.refusals import WriteRefused
from workspaces.files.worktree import Worktree
from workspaces.history.events import UNREAD, AnyEvent, FileRead
from workspaces.history.state import State, Task, Version


class NoControl:
    """Admits every write. The other policies override what they need."""

    name = "none"
    tick_seconds = 0.0

    def __init__(self, state: State, record: Record) -> None:
        self._state = state
        self._record = record
        self._seen = Seen()

    def observe(self, event: AnyEvent) -> None:
        """Remember what has been shown to whom."""
        self._seen.observe(event)

    def base(self, agent: str, path: str) -> int:
        """What the agent last read or wrote, whether or not a context has shown it yet."""
        if self._state.raced(agent, path):
            return self._seen.version(agent, path)
        writer = self._state.agents.get(agent)
        return writer.known.get(path, UNREAD) if writer else UNREAD

    def admit(self, agent: str, turn: int, path: str, task: str) -> int:
        """Always, without a token; in a race of two as `compare` says."""
        if self._state.raced(agent, path):
            self.compare(agent, turn, path)
        return 0

    def compare(self, agent: str, turn: int, path: str) -> None:
        """Refuse with the code `stale` unless the newest version is the one the agent has seen,
        or there is no file and it never saw one. What it had not seen is shown to it."""
        base, latest = self._seen.version(agent, path), self._state.latest(path)
        number = latest.number if latest else 0
        if base == number or (base == UNREAD and not (latest and latest.blob)):
            return
        assert latest
        now = self._state.text(latest.blob) if latest.blob else None
        if latest.blob and now is None:
            raise WriteRefused(
                "stale", f"{path} has become something that is not text; leave it alone."
            )
        known = self._state.version(path, base)
        before = self._state.text(known.blob) if known and known.blob else ""
        self._show(agent, turn, latest)
        raise stale(path, base != UNREAD, before, now)

    def _show(self, agent: str, turn: int, latest: Version) -> None:
        by_another = latest.author != agent
        self._record(
            FileRead(
                agent=agent,
                turn=turn,
                path=latest.path,
                version=latest.number,
                blob=latest.blob,
                causes=(latest.seq,) if by_another else (),
            )
        )

    def claim(self, agent: str, task: Task) -> None:
        """Always."""

    def begin_turn(self, agent: str) -> None:
        """Nothing to do."""

    def alive(self, agent: str) -> None:
        """Nothing to do."""

    def settle(self, agent: str) -> None:
        """Nothing to do."""

    def race(self, task: Task) -> None:
        """Nothing to do."""

    def beaten(self, agent: str, task: Task) -> None:
        """As if it had given the task back."""
        self.settle(agent)

    def tick(self) -> None:
        """Nothing to do."""

    def worktree(self, agent: str) -> Worktree | None:
        """There is one tree, and it is shared."""
        return None
