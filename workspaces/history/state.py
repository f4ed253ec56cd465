"""The fold of a history into what is the case: team, tasks, files, messages, tests.

`State().apply(event)` for every event in order gives the state after it; the state of a prefix is
the state at that moment, live or replayed. Nothing here judges (see `workspaces.anomalies`) and
nothing here is stored. Any events fold without failing, so that a recording which was damaged or
edited by hand still opens: what they say of a task that was never added is passed over.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from msgspec import structs

from workspaces.history import events as e
from workspaces.history.gaps import Gaps
from workspaces.history.keeping import GROWS, GROWS_BY_SEQ, SHARED, Kept


@dataclass(slots=True)
class Agent:
    """A member of the team. `activity` is one of `waiting` (for the round or for something to
    do), `thinking` (its model is called), `streaming`, `retrying` (its model's call failed
    and is made again), `acting`, `testing`, `ended`."""

    name: str
    model: str
    role: str
    activity: str = "waiting"
    since: float = 0.0
    """When the activity began, in session seconds."""
    turn: int = 0
    tasks: list[str] = field(default_factory=list)
    """Tasks held and not yet complete, oldest first."""
    completed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    """Of the replies whose price is known."""
    unpriced: int = 0
    """Replies whose price is not known."""
    refusals: int = 0
    unread: list[int] = field(default_factory=list)
    """Messages sent to it and not delivered yet, by number, in the order in which they will be."""
    withheld: dict[int, float | None] = field(default_factory=dict)
    """Messages to it that a person keeps back, and until when (session seconds), if that is set."""
    mailbox: list[int] = field(default_factory=list, metadata=GROWS)
    """Messages delivered, by the number of their sending."""
    known: dict[str, int] = field(default_factory=dict)
    """The version of each path of the shared tree it last read or wrote."""
    stopped: str = ""
    """Why it takes no steps (`crashed`, `frozen`, `removed`), empty while it does."""
    trouble: e.CallFailed | None = None
    """How the last call of its model failed, until one succeeds."""
    overflows: int = 0
    """Calls that failed because the context was longer than the model takes."""


@dataclass(slots=True)
class Task:
    """A task. `status` is `open`, `held`, `done` or `closed` (not needed any more)."""

    id: str
    title: str
    description: str
    dependencies: tuple[str, ...]
    files: tuple[str, ...]
    priority: int = 0
    status: str = "open"
    owner: str = ""
    epoch: int = 0
    taken: float = 0.0
    """When it was last claimed or assigned, in session seconds."""
    since: int = 0
    """The number of the event that gave it its status and owner."""
    completion: int = 0
    """The number of the event that completed it, 0 until then."""
    completed_by: str = ""
    verified_by: str = ""
    """Who looked at it after it was completed, and found it right."""
    rejection: str = ""
    """Why it is open again, if somebody looked at it and found it wrong."""
    backup: str = ""
    """Who does it as well as its owner, until one of them completes it."""
    beaten: str = ""
    """Who did it as well when another completed it first, and in which turn of its own: what it
    still writes in that turn is superseded."""
    beaten_turn: int = 0


@dataclass(slots=True, frozen=True)
class Version:
    """One content of a path. `base` is what its author had last seen (`UNREAD` when unknown)."""

    path: str
    number: int
    author: str
    seq: int
    t: float
    blob: str
    base: int
    replaced: int
    task: str = ""


@dataclass(slots=True, frozen=True)
class Message:
    """A message as sent; `edited` has what a person put in its place, by receiver."""

    seq: int
    t: float
    sender: str
    to: tuple[str, ...]
    text: str
    edited: tuple[tuple[str, str], ...] = ()

    def text_for(self, agent: str) -> str:
        """What `agent` reads."""
        return dict(self.edited).get(agent, self.text)


@dataclass(slots=True, frozen=True)
class TestRun:
    """A finished test run."""

    seq: int
    t: float
    agent: str
    tree: str
    passed: int
    failed: int
    errors: int
    returncode: int
    failures: tuple[str, ...]
    writes: int
    """How many writes there had been when the run began."""


@dataclass(slots=True, frozen=True)
class Lease:
    """Who may write a path, until when (session seconds) and under which fencing token."""

    holder: str
    token: int
    expires: float


@dataclass(slots=True)
class Worktree:
    """A tree of an agent's own, as far as it differs from the shared one.

    `base` is the version of the shared tree that the worktree's copy of a path comes from; `heads`
    are the worktree's own versions that are not merged yet, newest of each path.
    """

    base: dict[str, int] = field(default_factory=dict)
    heads: dict[str, Version] = field(default_factory=dict)
    files: dict[str, list[Version]] = field(default_factory=dict, metadata=GROWS_BY_SEQ)
    """All versions written in the worktree, in order; version k is at index k - 1."""
    known: dict[str, int] = field(default_factory=dict)
    """The version of each of its paths that its agent last read or wrote in it."""


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
        handler = _HANDLERS.get(type(event))
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

    def _does(self, agent: str, activity: str) -> Agent | None:
        """The member named, if any, now engaged in `activity`."""
        member = self.agents.get(agent)
        if member and member.activity != activity:
            member.activity = activity
            member.since = self.t
        return member

    # One handler for each kind of event that changes the state ------------------------------

    def _session_started(self, event: e.SessionStarted) -> None:
        self.started = event
        for member in event.members:
            self.agents[member.name] = Agent(member.name, member.model, member.role)

    def _session_resumed(self, event: e.SessionResumed | e.SessionForked) -> None:
        self.ended = None
        self.paused = False
        self.running_tests.clear()
        for agent in self.agents.values():
            self._does(agent.name, "waiting")

    def _session_paused(self, event: e.SessionPaused) -> None:
        self.paused = True
        self.why_paused = event.reason

    def _session_continued(self, event: e.SessionContinued) -> None:
        self.paused = False

    def _session_ended(self, event: e.SessionEnded) -> None:
        self.ended = event
        self.paused = False
        for agent in self.agents.values():
            self._does(agent.name, "ended")

    def _round_started(self, event: e.RoundStarted) -> None:
        self.round = event.round

    def _blob(self, event: e.Blob) -> None:
        self.blobs[event.digest] = event.text

    def _turn_started(self, event: e.TurnStarted) -> None:
        if agent := self._does(event.agent, "thinking"):
            agent.turn = event.turn

    def _text(self, event: e.Text | e.ToolText) -> None:
        self._does(event.agent, "streaming")

    def _reply_ended(self, event: e.ReplyEnded) -> None:
        if agent := self._does(event.agent, "acting"):
            agent.tokens_in += event.tokens_in
            agent.tokens_out += event.tokens_out
            agent.cost_usd += event.cost_usd or 0.0
            agent.unpriced += event.cost_usd is None and event.finish != "error"
            agent.trouble = None if event.finish != "error" else agent.trouble

    def _call_failed(self, event: e.CallFailed) -> None:
        if agent := self._does(event.agent, "retrying"):
            agent.trouble = event
            agent.overflows += event.error == "context-window"

    def _turn_ended(self, event: e.TurnEnded) -> None:
        self._does(event.agent, "waiting")

    def _action_refused(self, event: e.ActionRefused) -> None:
        if agent := self.agents.get(event.agent):
            agent.refusals += 1

    def _task_added(self, event: e.TaskAdded) -> None:
        before = self.tasks.get(event.task)
        for path in before.files if before else ():
            self.tasks_of[path].remove(event.task)
        for path in dict.fromkeys(event.files):
            self.tasks_of.setdefault(path, []).append(event.task)
        self.tasks[event.task] = Task(
            event.task,
            event.title,
            event.description,
            event.dependencies,
            tuple(dict.fromkeys(event.files)),
            event.priority,
            since=event.seq,
        )

    def _task_assigned(self, event: e.TaskAssigned) -> None:
        self._hold(event.task, event.owner, event.epoch)

    def _task_claimed(self, event: e.TaskClaimed) -> None:
        self._hold(event.task, event.agent, event.epoch)

    def _task_released(self, event: e.TaskReleased) -> None:
        task = self.tasks.get(event.task)
        if task is None:
            return
        if task.backup and event.agent in (task.owner, task.backup):
            # The other one goes on with it alone.
            owner = task.backup if event.agent == task.owner else task.owner
            self._hold(task.id, owner, task.epoch)
            return
        self._drop(task)
        task.status = "open"
        task.owner = ""
        task.since = event.seq

    def _task_completed(self, event: e.TaskCompleted) -> None:
        task = self.tasks.get(event.task)
        if task is None:
            return
        self._beat(task, event.agent)
        self._drop(task)
        task.status = "done"
        task.verified_by = task.rejection = ""
        task.completion = task.since = event.seq
        task.completed_by = event.agent
        if agent := self.agents.get(event.agent):
            agent.completed += 1

    def _task_verified(self, event: e.TaskVerified) -> None:
        task = self.tasks.get(event.task)
        if task is None:
            return
        if event.accepted:
            task.verified_by = event.agent
            return
        self._drop(task)
        task.status, task.owner, task.since = "open", "", event.seq
        task.completion, task.completed_by, task.verified_by = 0, "", ""
        task.rejection = event.reason

    def _task_closed(self, event: e.TaskClosed) -> None:
        if task := self.tasks.get(event.task):
            self._drop(task)
            task.status, task.since = "closed", event.seq

    def _backup_started(self, event: e.BackupStarted) -> None:
        task = self.tasks.get(event.task)
        if task is None:
            return
        task.backup, task.epoch = event.owner, event.epoch
        agent = self.agents.get(event.owner)
        if agent and event.task not in agent.tasks:
            agent.tasks.append(event.task)

    def _hold(self, name: str, owner: str, epoch: int) -> None:
        task = self.tasks.get(name)
        if task is None:
            return
        self._drop(task)
        task.status = "held"
        task.owner = owner
        task.epoch = epoch
        task.taken = self.t
        task.since = self.seq
        if agent := self.agents.get(owner):
            agent.tasks.append(name)

    def _beat(self, task: Task, winner: str) -> None:
        """Note who loses a race of two for the task."""
        if task.backup and winner in (task.owner, task.backup):
            task.beaten = task.backup if winner == task.owner else task.owner
            loser = self.agents.get(task.beaten)
            task.beaten_turn = loser.turn if loser else 0

    def _drop(self, task: Task) -> None:
        for name in (task.owner, task.backup):
            holder = self.agents.get(name)
            if holder and task.id in holder.tasks:
                holder.tasks.remove(task.id)
        task.backup = ""

    def _file_read(self, event: e.FileRead) -> None:
        if event.where:
            self._worktree(event.where).known[event.path] = event.version
        elif agent := self.agents.get(event.agent):
            agent.known[event.path] = event.version

    def _file_written(self, event: e.FileWritten) -> None:
        version = _version(event, event.base, event.task)
        if event.where:
            tree = self._worktree(event.where)
            tree.files.setdefault(event.path, []).append(version)
            tree.heads[event.path] = version
            tree.known[event.path] = event.version
            return
        self._new_version(version)
        if agent := self.agents.get(event.agent):
            agent.known[event.path] = event.version
        if own := self.worktrees.get(event.agent):
            own.base[event.path] = event.version
            own.heads.pop(event.path, None)

    def _outside_write(self, event: e.OutsideWrite) -> None:
        self._new_version(_version(event, e.UNREAD, ""))

    def _new_version(self, version: Version) -> None:
        self.writes += 1
        self.files.setdefault(version.path, []).append(version)

    def _worktree(self, agent: str) -> Worktree:
        return self.worktrees.setdefault(agent, Worktree())

    def _worktree_updated(self, event: e.WorktreeUpdated) -> None:
        tree = self._worktree(event.agent)
        for path, number in event.versions:
            tree.base[path] = number
            tree.heads.pop(path, None)

    # Leases, faults and stopped agents ------------------------------------------------------

    def _lease_granted(self, event: e.LeaseGranted) -> None:
        self.leases[event.path] = Lease(event.agent, event.token, event.expires)

    def _lease_renewed(self, event: e.LeaseRenewed) -> None:
        for path, lease in self.leases.items():
            if lease.holder == event.agent:
                self.leases[path] = Lease(lease.holder, lease.token, event.expires)

    def _lease_ended(self, event: e.LeaseEnded) -> None:
        lease = self.leases.get(event.path)
        if lease and lease.holder == event.agent and lease.token == event.token:
            del self.leases[event.path]

    def _fault_started(self, event: e.FaultStarted) -> None:
        self.faults[event.number] = event

    def _fault_ended(self, event: e.FaultEnded) -> None:
        self.faults.pop(event.number, None)

    def _agent_stopped(self, event: e.AgentStopped) -> None:
        if agent := self._does(event.agent, "waiting"):
            agent.stopped = event.reason

    def _agent_started(self, event: e.AgentStarted) -> None:
        if agent := self._does(event.agent, "waiting"):
            agent.stopped = ""

    def _writes_committed(self, event: e.WritesCommitted) -> None:
        if any(self.commits.get(number, name) != name for number, name in event.commits):
            self.commits = self.commits.copy()  # moments are kept of the one that only grew
        self.commits.update(event.commits)

    def _tests_started(self, event: e.TestsStarted) -> None:
        self.running_tests[event.run] = (event.agent, self.writes)
        self._does(event.agent, "testing")

    def _tests_ended(self, event: e.TestsEnded) -> None:
        _, writes = self.running_tests.pop(event.run, (event.agent, self.writes))
        self.test_runs.append(
            TestRun(
                event.seq,
                event.t,
                event.agent,
                event.tree,
                event.passed,
                event.failed,
                event.errors,
                event.returncode,
                event.failures,
                writes,
            )
        )
        self._does(event.agent, "acting")

    def _script_started(self, event: e.ScriptStarted) -> None:
        self.scripts += 1
        self._does(event.agent, "testing")

    def _script_ended(self, event: e.ScriptEnded) -> None:
        self._does(event.agent, "acting")

    def _message_sent(self, event: e.MessageSent) -> None:
        self.messages.append(Message(event.seq, event.t, event.agent, event.to, event.text))
        for agent in self._named(event.to):
            agent.unread.append(event.seq)

    def _message_delivered(self, event: e.MessageDelivered) -> None:
        if agent := self.agents.get(event.agent):
            agent.mailbox.append(event.message)
            if event.message in agent.unread:
                agent.unread.remove(event.message)

    # A person's hand ------------------------------------------------------------------------

    def _named(self, names: tuple[str, ...]) -> list[Agent]:
        return [self.agents[name] for name in dict.fromkeys(names) if name in self.agents]

    def _message_edited(self, event: e.MessageEdited) -> None:
        place = bisect_left(self.messages, event.message, key=lambda message: message.seq)
        if self.message(event.message):
            found = self.messages[place]
            texts = dict(found.edited) | dict.fromkeys(event.to, event.text)
            self.messages = self.messages.copy()  # moments are kept of the one that only grew
            self.messages[place] = replace(found, edited=tuple(texts.items()))

    def _message_dropped(self, event: e.MessageDropped) -> None:
        for agent in self._named(event.to):
            agent.unread = [n for n in agent.unread if n != event.message]
            agent.withheld.pop(event.message, None)

    def _message_withheld(self, event: e.MessageWithheld) -> None:
        for agent in self._named(event.to):
            if event.message in agent.unread:
                agent.unread.remove(event.message)
            agent.withheld[event.message] = event.until

    def _message_let_go(self, event: e.MessageLetGo) -> None:
        for agent in self._named(event.to):
            if event.message in agent.withheld:
                del agent.withheld[event.message]
                agent.unread.append(event.message)

    def _mail_reordered(self, event: e.MailReordered) -> None:
        for agent in self._named((event.to,)):
            place = {number: at for at, number in enumerate(event.messages)}
            agent.unread.sort(key=lambda number: place.get(number, len(place)))

    def _model_replaced(self, event: e.ModelReplaced) -> None:
        if agent := self.agents.get(event.of):
            agent.model = event.model
        if self.started:
            members = tuple(
                structs.replace(member, model=event.model) if member.name == event.of else member
                for member in self.started.members
            )
            self.started = structs.replace(self.started, members=members)

    def _session_forked(self, event: e.SessionForked) -> None:
        self.forked = event
        if self.started:
            self.started = structs.replace(
                self.started,
                session=event.session,
                settings=event.settings,
                members=event.members,
                wall_time=event.wall_time,
            )
        for member in event.members:
            if agent := self.agents.get(member.name):
                agent.model, agent.role = member.model, member.role
        self._session_resumed(event)


def _version(event: e.FileWritten | e.OutsideWrite, base: int, task: str) -> Version:
    return Version(
        event.path,
        event.version,
        event.agent,
        event.seq,
        event.t,
        event.blob,
        base,
        event.replaced,
        task,
    )


_HANDLERS: dict[type, Callable[[State, Any], None]] = {
    e.SessionStarted: State._session_started,
    e.SessionResumed: State._session_resumed,
    e.SessionPaused: State._session_paused,
    e.SessionContinued: State._session_continued,
    e.SessionEnded: State._session_ended,
    e.RoundStarted: State._round_started,
    e.Blob: State._blob,
    e.TurnStarted: State._turn_started,
    e.Text: State._text,
    e.ToolText: State._text,
    e.CallFailed: State._call_failed,
    e.ReplyEnded: State._reply_ended,
    e.TurnEnded: State._turn_ended,
    e.ActionRefused: State._action_refused,
    e.TaskAdded: State._task_added,
    e.TaskAssigned: State._task_assigned,
    e.TaskClaimed: State._task_claimed,
    e.TaskReleased: State._task_released,
    e.TaskCompleted: State._task_completed,
    e.TaskVerified: State._task_verified,
    e.TaskClosed: State._task_closed,
    e.BackupStarted: State._backup_started,
    e.FileRead: State._file_read,
    e.FileWritten: State._file_written,
    e.OutsideWrite: State._outside_write,
    e.WritesCommitted: State._writes_committed,
    e.WorktreeUpdated: State._worktree_updated,
    e.LeaseGranted: State._lease_granted,
    e.LeaseRenewed: State._lease_renewed,
    e.LeaseEnded: State._lease_ended,
    e.FaultStarted: State._fault_started,
    e.FaultEnded: State._fault_ended,
    e.AgentStopped: State._agent_stopped,
    e.AgentStarted: State._agent_started,
    e.TestsStarted: State._tests_started,
    e.TestsEnded: State._tests_ended,
    e.ScriptStarted: State._script_started,
    e.ScriptEnded: State._script_ended,
    e.MessageSent: State._message_sent,
    e.MessageDelivered: State._message_delivered,
    e.MessageEdited: State._message_edited,
    e.MessageDropped: State._message_dropped,
    e.MessageWithheld: State._message_withheld,
    e.MessageLetGo: State._message_let_go,
    e.MailReordered: State._mail_reordered,
    e.ModelReplaced: State._model_replaced,
    e.SessionForked: State._session_forked,
}


def fold(events: list[e.AnyEvent]) -> State:
    """The state after `events`."""
    state = State()
    for event in events:
        state.apply(event)
    return state


def chosen(events: Iterable[e.AnyEvent]) -> e.SessionStarted:
    """What a session began with, as a fork or another model left it (`State.started`), without
    folding the rest. `events` are a history's, from its first on."""
    state = State()
    for event in events:
        if isinstance(event, e.SessionStarted | e.SessionForked | e.ModelReplaced):
            state.apply(event)
    assert state.started  # no history begins with anything else
    return state.started
