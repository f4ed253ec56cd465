"""Where planted histories are acted out: a team, its files and tasks, and who knows of what.

It shares the events, the clocks that stamp them and nothing else with the code under test. Versions
and tasks are kept in plain tables, and what each event had seen is kept as an explicit set of all
events before it (a bit set), so that a plant can ask whether somebody knew without vector clocks.
"""

from dataclasses import dataclass, field
from random import Random

from msgspec.structs import replace

from workspaces.history import events as e
from workspaces.history.clocks import Clocks
from workspaces.history.codec import blob

TESTS = tuple(f"tests/test_{number}.py" for number in range(8))
"""The suite's test files."""


@dataclass(frozen=True)
class Head:
    """The newest version of a path in one tree."""

    version: int
    digest: str
    seq: int


@dataclass
class Stage:
    """A session as it is acted out."""

    rng: Random
    roster: tuple[str, ...]
    events: list[e.AnyEvent] = field(default_factory=list)
    now: float = 0.0
    pace: float = 0.3
    """Seconds that pass before an event, on average."""
    heads: dict[tuple[str, str], Head] = field(default_factory=dict)
    known: dict[tuple[str, str, str], int] = field(default_factory=dict)
    past: dict[str, int] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    phase: dict[str, str] = field(default_factory=dict)
    turn_of: dict[int, int] = field(default_factory=dict)
    completions: list[int] = field(default_factory=list)
    shown: dict[str, set[int]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    holding: dict[str, str] = field(default_factory=dict)
    """Who holds each task that is held."""
    calling: set[str] = field(default_factory=set)
    """Whose model is being called."""
    quiet: set[str] = field(default_factory=set)
    """Agents that rounds leave alone."""
    round: int = 1
    _blobs: set[str] = field(default_factory=set)
    _clocks: Clocks = field(default_factory=Clocks)
    _count: int = 0
    _runs: int = 0
    _asked: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = e.Settings(
            suite="planted",
            team="decentralized",
            control="none",
            cadence="rounds",
            timing="virtual",
            seed=0,
            max_rounds=99,
        )
        self.add(
            e.SessionStarted(
                session="planted",
                schema=e.SCHEMA,
                version="0",
                wall_time="2026-01-01T00:00:00Z",
                settings=settings,
                members=tuple(e.Member(name=name, model="simulated") for name in self.roster),
                tests=TESTS,
            )
        )
        self.add(e.RoundStarted(round=1))
        self.turns = dict.fromkeys(self.roster, 0)
        self.phase = dict.fromkeys(self.roster, "")
        self.shown = {name: set() for name in self.roster}

    # The history -------------------------------------------------------------------------

    def add(self, event: e.AnyEvent) -> e.AnyEvent:
        """Store one event, and what its actor knew at it."""
        self.now += self.rng.uniform(0.5, 1.5) * self.pace if self.pace else 0.0
        seq = len(self.events) + 1
        event = self._clocks.stamp(replace(event, seq=seq, t=round(self.now, 6)))
        self.events.append(event)
        if event.steps:
            before = self.past.get(event.agent, 0)
            for cause in event.causes:
                before |= self.seen[cause]
            self.seen[seq] = self.past[event.agent] = before | 1 << seq
            self.turn_of[seq] = self.turns.get(event.agent, 0)
        return event

    def knew(self, event: e.AnyEvent, other: e.AnyEvent) -> bool:
        """Whether `other` lies in the past of `event`."""
        return bool(self.seen[event.seq] >> other.seq & 1)

    def recent(self, event: e.AnyEvent, read: e.AnyEvent) -> bool:
        """Whether `read` was made in the turn of `event` (of the same agent) or the one before."""
        return self.turn_of[event.seq] - self.turn_of[read.seq] <= 1

    # Turns ---------------------------------------------------------------------------------

    def begin(self, agent: str) -> e.AnyEvent:
        """Call the agent's model, and let it reply."""
        started = self.call(agent)
        self.reply(agent)
        return started

    def call(self, agent: str) -> e.AnyEvent:
        """Call the agent's model, showing it the completions so far."""
        self.calling.add(agent)
        self.turns[agent] += 1
        self._asked[agent] = self.round
        news = sorted(set(self.completions) - self.shown[agent])
        self.shown[agent].update(news)
        causes = tuple(n for n in news if self.events[n - 1].agent != agent)
        self.phase[agent] = "acting"
        return self.add(
            e.TurnStarted(
                agent=agent,
                turn=self.turns[agent],
                round=self.round,
                prompts=(),
                causes=causes,
            )
        )

    def reply(self, agent: str) -> None:
        """The model's reply streams in and ends."""
        self.calling.discard(agent)
        turn = self.turns[agent]
        self.add(e.Text(agent=agent, turn=turn, text="I go on. " * self.rng.randint(1, 4)))
        self.add(e.ReplyEnded(agent=agent, turn=turn, tokens_in=9, tokens_out=9, seconds=0.5))

    def stop(self, agent: str, reason: str) -> e.AnyEvent:
        """The agent takes no more steps, and loses what it held."""
        self.phase[agent] = ""
        self.stopped.add(agent)
        for task in [task for task, owner in self.holding.items() if owner == agent]:
            del self.holding[task]
        return self.add(e.AgentStopped(agent=agent, reason=reason))

    def start(self, agent: str) -> e.AnyEvent:
        """The agent takes steps again."""
        self.stopped.discard(agent)
        return self.add(e.AgentStarted(agent=agent))

    def end(self, agent: str) -> None:
        """End the agent's turn, if it is in one and its model is not still being called."""
        if self.phase[agent] and agent not in self.calling:
            self.phase[agent] = ""
            self.add(e.TurnEnded(agent=agent, turn=self.turns[agent]))

    def act(self, agent: str) -> None:
        """Bring the agent to where its actions are applied."""
        if agent in self.phase and not self.phase[agent] and agent not in self.stopped:
            self.begin(agent)

    def fresh(self, agent: str) -> None:
        """Begin a new turn."""
        self.end(agent)
        self.begin(agent)

    def busy(self) -> set[str]:
        """Who is in the middle of a turn or holds a task."""
        turning = {agent for agent, phase in self.phase.items() if phase}
        return (turning | set(self.holding.values())) - self.stopped

    def next_round(self) -> None:
        """Ask everyone who was not asked in this round, end all turns and begin the next one."""
        for agent in self.roster:
            if agent in self.stopped:
                continue
            if agent not in self.quiet and self._asked.get(agent) != self.round:
                self.act(agent)
            self.end(agent)
        self.add(e.RoundEnded(round=self.round))
        self.round += 1
        self.add(e.RoundStarted(round=self.round))

    # Files -----------------------------------------------------------------------------------

    def name(self, stem: str) -> str:
        """A name that nobody else uses."""
        self._count += 1
        return f"{stem}{self._count}"

    def lines(self, count: int = 6) -> str:
        """A text of lines that occur nowhere else."""
        return "".join(f"{self.name('line ')}\n" for _ in range(count))

    def store(self, text: str, kept: bool = True) -> str:
        """The id of a text, which is recorded once unless it is not to be `kept`."""
        stored = blob(text)
        if kept and stored.digest not in self._blobs:
            self._blobs.add(stored.digest)
            self.add(stored)
        return stored.digest

    def read(self, agent: str, path: str, where: str = "") -> e.AnyEvent:
        """Read the newest version in the shared tree or in a worktree."""
        self.act(agent)
        head = self.heads.get((where, path), Head(0, "", 0))
        self.known[where, agent, path] = head.version
        causes = (head.seq,) if head.seq and self.events[head.seq - 1].agent != agent else ()
        return self.add(
            e.FileRead(
                agent=agent,
                turn=self.turns[agent],
                path=path,
                version=head.version,
                blob=head.digest,
                causes=causes,
                where=where,
            )
        )

    def write(
        self,
        agent: str,
        path: str,
        text: str,
        task: str = "",
        edit: bool = False,
        token: int = 0,
        where: str = "",
        kept: bool = True,
    ) -> e.AnyEvent:
        """Write the whole file, on whatever version the agent last saw."""
        self.act(agent)
        digest = self.store(text, kept)
        old = self.heads.get((where, path), Head(0, "", 0))
        event = self.add(
            e.FileWritten(
                agent=agent,
                turn=self.turns.get(agent, 0),
                path=path,
                version=old.version + 1,
                base=self.known.get((where, agent, path), e.UNREAD),
                replaced=old.version,
                blob=digest,
                size=len(text),
                task=task,
                edit=edit,
                token=token,
                where=where,
            )
        )
        self.heads[where, path] = Head(old.version + 1, digest, event.seq)
        self.known[where, agent, path] = old.version + 1
        return event

    def outside(self, path: str, text: str | None, kept: bool = True) -> e.AnyEvent:
        """Somebody changes or (without a text) deletes `path` without the gateway."""
        digest = "" if text is None else self.store(text, kept)
        old = self.heads.get(("", path), Head(0, "", 0))
        event = self.add(
            e.OutsideWrite(
                agent=e.OUTSIDE,
                path=path,
                version=old.version + 1,
                replaced=old.version,
                blob=digest,
                size=len(text or ""),
                stored=kept,
            )
        )
        self.heads["", path] = Head(old.version + 1, digest, event.seq)
        return event

    # Tasks and messages -------------------------------------------------------------------

    def task(self, files: tuple[str, ...] = (), needs: tuple[str, ...] = ()) -> str:
        """Add a task."""
        name = self.name("task-")
        self.add(e.TaskAdded(task=name, title=name, dependencies=needs, files=files))
        return name

    def claim(self, agent: str, task: str, epoch: int = 1) -> e.AnyEvent:
        """Take a task."""
        self.act(agent)
        self.holding[task] = agent
        return self.add(e.TaskClaimed(agent=agent, task=task, epoch=epoch))

    def assign(self, owner: str, task: str, epoch: int = 1, by: str = e.SESSION) -> e.AnyEvent:
        """Give a task to somebody."""
        if by != e.SESSION:
            self.act(by)
        self.holding[task] = owner
        return self.add(e.TaskAssigned(agent=by, task=task, owner=owner, epoch=epoch))

    def release(self, agent: str, task: str) -> e.AnyEvent:
        """Give a task back."""
        self.act(agent)
        self.holding.pop(task, None)
        return self.add(e.TaskReleased(agent=agent, task=task))

    def complete(self, agent: str, task: str, tested: bool = True) -> e.AnyEvent:
        """Report a task done, after a passing test run unless told otherwise."""
        self.act(agent)
        if tested:
            self.tests(agent)
        self.holding.pop(task, None)
        event = self.add(e.TaskCompleted(agent=agent, task=task))
        self.completions.append(event.seq)
        return event

    def tests(self, agent: str, returncode: int = 0, failures: tuple[str, ...] = ()) -> e.AnyEvent:
        """Run the tests on the tree as it is."""
        returncode = 1 if failures else returncode
        self.act(agent)
        self._runs += 1
        run, tree = self._runs, f"tree-{len(self.events)}"
        self.add(e.TestsStarted(agent=agent, run=run, tree=tree, turn=self.turns.get(agent, 0)))
        return self.add(
            e.TestsEnded(
                agent=agent,
                run=run,
                tree=tree,
                passed=3,
                failed=len(failures) or int(returncode == 1),
                errors=0,
                returncode=returncode,
                seconds=0.1,
                failures=failures,
            )
        )

    def send(self, sender: str, *to: str, text: str = "I have been at it.") -> e.AnyEvent:
        """Send a message; it is not delivered yet."""
        self.act(sender)
        return self.add(
            e.MessageSent(agent=sender, to=to, text=text, turn=self.turns.get(sender, 0))
        )

    def deliver(self, agent: str, message: e.AnyEvent) -> e.AnyEvent:
        """The agent receives a message; its next turn shows it."""
        return self.add(e.MessageDelivered(agent=agent, message=message.seq, causes=(message.seq,)))

    def tell(self, sender: str, to: str) -> e.AnyEvent:
        """Send a message and see it arrive and be read."""
        message = self.send(sender, to)
        self.deliver(to, message)
        self.fresh(to)
        return message
