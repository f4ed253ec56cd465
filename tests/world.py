"""A small team that follows plain rules and leaves a valid history: the tests' ground truth.

It shares only the events, the clocks and the state with the code under test. What an operation
asks for and cannot be had (a claim of a blocked task, a message to deliver when there is none) is
refused or skipped, as it would be in a session.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

from msgspec.structs import replace

from workspaces.history import events as e
from workspaces.history.clocks import Clocks
from workspaces.history.codec import blob
from workspaces.history.state import State

ROSTER = ("ada", "bob", "cy", "zed")
PATHS = ("mean.py", "add.py", "sub.py")
TEXTS = (
    "a\nb\nc\nd\ne\nf\n",
    "A\nb\nc\nd\ne\nf\n",
    "a\nb\nc\nd\ne\nF\n",
    "a\nB\nC\nd\ne\nf\ng\n",
    "",
    "one\ntwo\n",
)
OPERATIONS = (
    "read",
    "write",
    "write",
    "outside",
    "delete",
    "send",
    "deliver",
    "claim",
    "complete",
    "release",
    "turn",
    "round",
    "tests",
    "pause",
    "wait",
)


@dataclass(frozen=True)
class Operation:
    """What is tried: the meaning of `target` and `text` is the operation's."""

    name: str
    actor: int = 0
    target: int = 0
    text: int = 0
    gap: int = 1
    """Quarters of a second that pass before it."""


@dataclass
class World:
    """A session as it goes: its history so far, and the state that follows from it."""

    roster: tuple[str, ...] = ROSTER
    store: Callable[[e.AnyEvent], e.AnyEvent] | None = None
    """Stores an event instead of the world's own stamping, as a `HistoryWriter` does."""
    now: float = 0.0
    events: list[e.AnyEvent] = field(default_factory=list)
    state: State = field(default_factory=State)
    _clocks: Clocks = field(default_factory=Clocks)
    _phase: dict[str, str] = field(default_factory=dict)
    _turns: int = 0
    _seen: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._phase = dict.fromkeys(self.roster, "")
        self._seen = {name: set() for name in self.roster}
        settings = e.Settings(
            suite="test",
            team="decentralized",
            control="none",
            cadence="rounds",
            timing="virtual",
            seed=0,
            max_rounds=9,
        )
        self.add(
            e.SessionStarted(
                session="s",
                schema=e.SCHEMA,
                version="0",
                wall_time="2026-01-01T00:00:00Z",
                settings=settings,
                members=tuple(e.Member(name=name, model="simulated") for name in self.roster),
            )
        )
        for index, path in enumerate(PATHS):
            needs = (f"task-{index - 1}",) if index else ()
            self.add(
                e.TaskAdded(task=f"task-{index}", title=path, dependencies=needs, files=(path,))
            )
        self.add(e.RoundStarted(round=1))

    def add(self, event: e.AnyEvent) -> e.AnyEvent:
        """Store one event, as it is but for the envelope that storing gives it."""
        if self.store:
            event = self.store(event)
        else:
            event = self._clocks.stamp(replace(event, seq=len(self.events) + 1, t=self.now))
        self.events.append(event)
        self.state.apply(event)
        return event

    def run(self, program: Iterable[Operation]) -> Self:
        """Try every operation in turn."""
        for operation in program:
            self.now += operation.gap / 4
            agent = self.roster[operation.actor]
            getattr(self, f"_{operation.name}")(agent, operation)
        return self

    def finish(self) -> Self:
        """End all turns, the round and the session."""
        self._end_round()
        done = self.state.done()
        self.add(e.SessionEnded(reason="done" if done else "round-limit", success=done))
        return self

    # What agents do, by name: also for tests that tell a story of their own ------------------

    def read(self, agent: str, path: str) -> e.AnyEvent:
        """Read the newest version of `path`."""
        version = self.state.latest(path)
        causes = (version.seq,) if version else ()
        number, digest = (version.number, version.blob) if version else (0, "")
        return self.add(
            e.FileRead(
                agent=agent,
                turn=self._turns,
                path=path,
                version=number,
                blob=digest,
                causes=causes,
            )
        )

    def write(self, agent: str, path: str, text: str, task: str = "") -> e.AnyEvent:
        """Write the whole file, whether or not it was read."""
        stored = self._blob(text)
        latest = self.state.latest(path)
        number = latest.number if latest else 0
        member = self.state.agents.get(agent)
        return self.add(
            e.FileWritten(
                agent=agent,
                turn=self._turns,
                path=path,
                version=number + 1,
                base=member.known.get(path, e.UNREAD) if member else e.UNREAD,
                replaced=number,
                blob=stored,
                size=len(text.encode()),
                task=task,
            )
        )

    def outside(self, path: str, text: str | None, stored: bool = True) -> e.AnyEvent:
        """Somebody changes `path` without the gateway; no text deletes it."""
        latest = self.state.latest(path)
        number = latest.number if latest else 0
        if text is None:
            digest = ""
        else:
            digest = self._blob(text) if stored else blob(text).digest
        return self.add(
            e.OutsideWrite(
                agent=e.OUTSIDE,
                path=path,
                version=number + 1,
                replaced=number,
                blob=digest,
                size=len((text or "").encode()),
                stored=stored,
            )
        )

    def send(self, sender: str, to: str, text: str = "hello") -> e.AnyEvent:
        """Send a message, not yet delivered."""
        return self.add(e.MessageSent(agent=sender, to=(to,), text=text))

    def deliver(self, agent: str, message: e.AnyEvent) -> e.AnyEvent:
        """The agent receives the message that was sent in that event."""
        return self.add(e.MessageDelivered(agent=agent, message=message.seq, causes=(message.seq,)))

    def begin_turn(self, agent: str) -> None:
        """Call its model, showing it the completions so far."""
        completions = {t.completion for t in self.state.tasks.values() if t.completion}
        news = sorted(completions - self._seen[agent])
        self._seen[agent] |= set(news)
        self._turns += 1
        self.add(
            e.TurnStarted(
                agent=agent,
                turn=self._turns,
                round=self.state.round,
                prompts=(),
                causes=tuple(news),
            )
        )
        self._phase[agent] = "thinking"

    def end_reply(self, agent: str, tokens: int = 8) -> None:
        """Its model streams a text and ends the reply."""
        turn = self.state.agents[agent].turn
        self.add(e.Text(agent=agent, turn=turn, text="x" * (4 * tokens)))
        self.add(
            e.ReplyEnded(
                agent=agent, turn=turn, tokens_in=10, tokens_out=tokens, seconds=1, cost_usd=0.0
            )
        )
        self._phase[agent] = "acting"

    def end_turn(self, agent: str) -> None:
        """All its actions are done."""
        self.add(e.TurnEnded(agent=agent, turn=self.state.agents[agent].turn))
        self._phase[agent] = ""

    # The operations of a program --------------------------------------------------------------

    def _blob(self, text: str) -> str:
        stored = blob(text)
        if stored.digest not in self.state.blobs:
            self.add(stored)
        return stored.digest

    def _act(self, agent: str) -> None:
        """Bring the agent to where its actions are applied."""
        if not self._phase[agent]:
            self.begin_turn(agent)
        if self._phase[agent] == "thinking":
            self.end_reply(agent)

    def _end_round(self) -> None:
        for agent, phase in self._phase.items():
            if phase:
                self._act(agent)
                self.end_turn(agent)
        self.add(e.RoundEnded(round=self.state.round))

    def _read(self, agent: str, op: Operation) -> None:
        self._act(agent)
        self.read(agent, PATHS[op.target])

    def _write(self, agent: str, op: Operation) -> None:
        self._act(agent)
        self.write(agent, PATHS[op.target], TEXTS[op.text])

    def _careful(self, agent: str, op: Operation) -> None:
        """Read the newest version, then write."""
        self._act(agent)
        self.read(agent, PATHS[op.target])
        self.write(agent, PATHS[op.target], TEXTS[op.text])

    def _private(self, agent: str, op: Operation) -> None:
        """Write where and what nobody else does, seeing nothing of the others."""
        self.write(agent, f"{agent}.py", f"{agent} {op.text}\n")

    def _outside(self, agent: str, op: Operation) -> None:
        self.outside(PATHS[op.target], TEXTS[op.text], stored=op.actor != 2)

    def _delete(self, agent: str, op: Operation) -> None:
        self.outside(PATHS[op.target], None)

    def _send(self, agent: str, op: Operation) -> None:
        self._act(agent)
        self.send(agent, self.roster[op.target])

    def _deliver(self, agent: str, op: Operation) -> None:
        waiting = [
            message
            for message in self.state.messages
            if agent in message.to and message.seq not in self.state.agents[agent].mailbox
        ]
        if waiting:
            self.deliver(agent, self.events[waiting[0].seq - 1])

    def _claim(self, agent: str, op: Operation) -> None:
        self._act(agent)
        task = self.state.tasks[f"task-{op.target}"]
        if task.status == "open" and not self.state.missing(task.id):
            self.add(e.TaskClaimed(agent=agent, task=task.id, epoch=task.epoch + 1))
        else:
            self.add(
                e.ActionRefused(
                    agent=agent,
                    turn=self._turns,
                    action="claim_task",
                    target=task.id,
                    code="blocked" if task.status == "open" else "held",
                    reason="no",
                )
            )

    def _complete(self, agent: str, op: Operation) -> None:
        held = self.state.agents[agent].tasks
        if held:
            self._act(agent)
            self.add(e.TaskCompleted(agent=agent, task=held[0]))

    def _release(self, agent: str, op: Operation) -> None:
        held = self.state.agents[agent].tasks
        if held:
            self._act(agent)
            self.add(e.TaskReleased(agent=agent, task=held[0]))

    def _turn(self, agent: str, op: Operation) -> None:
        if not self._phase[agent]:
            self.begin_turn(agent)
        elif self._phase[agent] == "thinking":
            self.end_reply(agent, op.text)
        else:
            self.end_turn(agent)

    def _round(self, agent: str, op: Operation) -> None:
        self._end_round()
        self.add(e.RoundStarted(round=self.state.round + 1))

    def _tests(self, agent: str, op: Operation) -> None:
        """Begin a test run, or end the one under way."""
        running = [run for run, (who, _) in self.state.running_tests.items() if who == agent]
        if running:
            self.add(
                e.TestsEnded(
                    agent=agent,
                    run=running[0],
                    tree="t",
                    passed=op.text,
                    failed=op.target,
                    errors=0,
                    returncode=1 if op.target else 0,
                    seconds=1,
                )
            )
        else:
            self._act(agent)
            self.add(e.TestsStarted(agent=agent, run=len(self.events), tree="t"))

    def _pause(self, agent: str, op: Operation) -> None:
        self.add(e.SessionContinued() if self.state.paused else e.SessionPaused())

    def _wait(self, agent: str, op: Operation) -> None:
        self._act(agent)
        self.add(e.Waited(agent=agent, turn=self._turns))
