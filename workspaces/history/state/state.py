"""The state as a whole: what is asked of it, and how it moves past an event."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from workspaces.history import events as e
from workspaces.history.gaps import Gaps
from workspaces.history.keeping import GROWS, GROWS_BY_SEQ, SHARED, Kept
from workspaces.history.state import control, faults, files, mail, runs, session, tasks, turns
from workspaces.history.state.parts import Agent, Lease, Message, Task, TestRun, Version, Worktree

HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    **session.HANDLERS,
    **turns.HANDLERS,
    **tasks.HANDLERS,
    **files.HANDLERS,
    **control.HANDLERS,
    **faults.HANDLERS,
    **runs.HANDLERS,
    **mail.HANDLERS,
}
"""For each kind of event that changes the state."""


@dataclass(slots=True)
class State:
    """What is the case after a prefix of a history."""

    seq: int = 0
    t: float = 0.0
    started: e.SessionStarted | None = None
    """What the session began with; of a fork, or once a model was replaced, what holds now."""
    forked: e.SessionForked | None = None
    """Where the session parted from another, if it did."""
    ended: e.SessionEnded | None = None
    paused: bool = False
    why_paused: str = ""
    round: int = 0
    agents: dict[str, Agent] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    tasks_of: dict[str, list[str]] = field(default_factory=dict)
    """The tasks that name a path among their files, in the order they were added."""
    files: dict[str, list[Version]] = field(default_factory=dict, metadata=GROWS_BY_SEQ)
    """All versions of each path of the shared tree, in order; version k is at index k - 1."""
    worktrees: dict[str, Worktree] = field(default_factory=dict)
    """The agents' own trees, by agent, where there are any."""
    leases: dict[str, Lease] = field(default_factory=dict)
    """Leases by path, until they are released or expire by an event."""
    faults: dict[int, e.FaultStarted] = field(default_factory=dict)
    """Injected faults that are not over, by number."""
    messages: list[Message] = field(default_factory=list, metadata=GROWS)
    test_runs: list[TestRun] = field(default_factory=list, metadata=GROWS)
    running_tests: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Test runs under way: who asked, and how many writes there were."""
    scripts: int = 0
    """How many scripts were run."""
    writes: int = 0
    commits: dict[int, str] = field(default_factory=dict, metadata=GROWS)
    """Commit ids by the number of the write."""
    blobs: dict[str, str] = field(default_factory=dict, metadata=SHARED)
    """Texts by digest. Content-addressed, so states of one history may share it."""
    gaps: Gaps = field(default_factory=Gaps)
    """What the recording is known to have lost."""

    def apply(self, event: e.AnyEvent) -> None:
        """Move past `event`, which must be the next one."""
        self.seq = event.seq
        self.t = event.t
        self.gaps.observe(event)
        handler = HANDLERS.get(type(event))
        if handler:
            handler(self, event)

    def kept(self, before: "Kept[State] | None" = None) -> "Kept[State]":
        """This moment, to be taken up again; it shares what it can with one kept `before`. Texts
        are shared by all."""
        return Kept(self, self.seq, before)

    def copy(self) -> "State":
        """A state that goes its own way from here on. Texts are shared."""
        return self.kept().made()

    def latest(self, path: str) -> Version | None:
        """The newest version of `path`, `None` if it has none; a deleted file's has no blob."""
        versions = self.files.get(path)
        return versions[-1] if versions else None

    def version(self, path: str, number: int) -> Version | None:
        """Version `number` of `path` in the shared tree, if it is recorded."""
        versions = self.files.get(path, [])
        if 0 < number <= len(versions) and versions[number - 1].number == number:
            return versions[number - 1]
        # In a recording that lost writes, the later ones stand before their places.
        place = bisect_left(versions, number, key=lambda version: version.number)
        found = versions[place] if place < len(versions) else None
        return found if found and found.number == number else None

    def tasks_at(self, path: str) -> tuple[str, ...]:
        """The tasks that name `path` among their files."""
        return tuple(self.tasks_of.get(path, ()))

    def paths(self) -> list[str]:
        """The files that exist, sorted."""
        return sorted(path for path, versions in self.files.items() if versions[-1].blob)

    def text(self, blob: str) -> str | None:
        """The text of a blob, `None` if it was not stored."""
        return self.blobs.get(blob)

    def done(self) -> bool:
        """Whether every task is settled (and there are tasks)."""
        return bool(self.tasks) and all(map(self.settled, self.tasks))

    def settled(self, task: str) -> bool:
        """Whether what needs the task need not wait for it: it is complete, and verified where
        this session asks for that, or closed."""
        found = self.tasks.get(task)
        if found is None:
            return False
        if found.status == "done":
            needed = self.started is not None and self.started.settings.verified
            return not needed or bool(found.verified_by)
        return found.status == "closed"

    def missing(self, task: str) -> tuple[str, ...]:
        """The dependencies of a task that are not settled."""
        return tuple(d for d in self.tasks[task].dependencies if not self.settled(d))

    def ready(self) -> list[Task]:
        """Open tasks whose dependencies are complete, in the order they were added."""
        return [t for t in self.tasks.values() if t.status == "open" and not self.missing(t.id)]

    def message(self, seq: int) -> Message | None:
        """The message that was sent in event `seq`."""
        place = bisect_left(self.messages, seq, key=lambda message: message.seq)
        found = self.messages[place] if place < len(self.messages) else None
        return found if found and found.seq == seq else None

    def superseded(self, agent: str, path: str) -> Task | None:
        """The task for which what `agent` now writes to `path` comes too late: another completed
        it first, and the agent's turn began before that."""
        member = self.agents.get(agent)
        for name in self.tasks_of.get(path, ()):
            task = self.tasks[name]
            if member and task.beaten == agent and task.beaten_turn == member.turn:
                return task
        return None

    def raced(self, agent: str, path: str) -> bool:
        """Whether `agent` is one of two who do a task with that file at the same time."""
        return any(
            self.tasks[name].backup and agent in (self.tasks[name].owner, self.tasks[name].backup)
            for name in self.tasks_of.get(path, ())
        )

    def does(self, agent: str, activity: str) -> Agent | None:
        """The member named, if any, now engaged in `activity`."""
        member = self.agents.get(agent)
        if member and member.activity != activity:
            member.activity = activity
            member.since = self.t
        return member
