"""The counts of *Language Model Teams as Distributed Systems*, by its own definitions.

They are kept so that sessions can be compared with its published ones, not because they are
sound: a round is not causality, and two writes in one round need not be concurrent (for that see
`workspaces.anomalies`). Without rounds, the counts that are made by round have no meaning, and
`counts` says so by `None`.
"""

from math import ceil

from agents.metrics.speedup import TaskShape
from workspaces.history import events as e
from workspaces.history.state import State


class PaperCounts:
    """Concurrent writes, rewrites, blocked claims, idle rounds and messages of one session."""

    def __init__(self) -> None:
        self.rewrites = 0
        """Writes in a round later than the first in which their path was written."""
        self.claims_blocked = 0
        """Claims refused because something the task needs was not done. Claims of a task that
        another holds leave no trace in the published sessions, so they do not count."""
        self.messages = 0
        """Replies of agents: the paper calls each reply a message."""
        self.rounds = 0
        self._round = 0
        self._writers: dict[str, set[str]] = {}
        self._shared = 0
        self._first: dict[str, int] = {}
        self._replied = False
        self._completed = False
        self._idle = 0
        self._shape = TaskShape()
        self._agents = 0
        self._free = False

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`."""
        self._shape.observe(event, state)
        match event:
            case e.SessionStarted():
                self._agents = len(event.members)
                self._free = event.settings.cadence == "free"
            case e.RoundStarted():
                self._begin(event.round)
            case e.ReplyEnded():
                self.messages += 1
                self._replied = True
            case e.TaskCompleted():
                self._completed = True
            case e.ActionRefused(action="claim_task", code="blocked"):
                self.claims_blocked += 1
            case e.FileWritten() if self._round and event.agent in state.agents:
                self._write(event)

    @property
    def concurrent_writes(self) -> int:
        """Pairs of a round and a path that two or more agents wrote in it."""
        return self._shared

    @property
    def idle_rounds(self) -> int:
        """Rounds with a reply and without a completed task; the one under way counts as it is."""
        return self._idle + self._is_idle()

    @property
    def minimum_rounds(self) -> int:
        """No team of this size needs fewer: the longest chain of dependencies, or the tasks
        shared out evenly, whichever is more."""
        if not self._agents:
            return 0
        return max(self._shape.span, ceil(self._shape.work / self._agents))

    @property
    def efficiency(self) -> float:
        """The minimum rounds as a share of the rounds used; 0 before the first round."""
        return self.minimum_rounds / self.rounds if self.rounds else 0.0

    def counts(self) -> dict[str, int | None]:
        """The five counts by the names of the command line's JSON; `None` for those that are made
        by round in a session without rounds."""
        return {
            "concurrent_writes": None if self._free else self.concurrent_writes,
            "rewrites": None if self._free else self.rewrites,
            "claims_blocked": self.claims_blocked,
            "idle_rounds": None if self._free else self.idle_rounds,
            "messages": self.messages,
        }

    def _begin(self, number: int) -> None:
        self._idle += self._is_idle()
        self.rounds += 1
        self._round = number
        self._writers.clear()
        self._replied = self._completed = False

    def _is_idle(self) -> bool:
        return bool(self._round) and self._replied and not self._completed

    def _write(self, event: e.FileWritten) -> None:
        writers = self._writers.setdefault(event.path, set())
        if len(writers) == 1 and event.agent not in writers:
            self._shared += 1
        writers.add(event.agent)
        if self._round > self._first.setdefault(event.path, self._round):
            self.rewrites += 1
