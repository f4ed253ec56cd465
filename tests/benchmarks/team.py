"""A team that writes a valid history of any length, at any speed, without models, files or tests.

Everything goes through the recorder of a real session, and every turn begins with the context that
a real one would send, so that what a screen reads is as long and as varied as in a session. What
agents say is made up. They write the same few files without looking, so findings keep coming.
"""

import random
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from agents.protocol import context
from agents.runtime.recorder import Recorder
from tests.benchmarks.texts import module, tokens
from workspaces.history import events as e
from workspaces.history.writer import HistoryWriter

TASKS: Final = 24
PATHS: Final = 8
"""Files that the whole team writes."""
BATCH: Final = 30
"""Tokens recorded at once: those of 0.15 s at 200 a second."""
OUTPUT: Final = "\n".join(f"E   AssertionError: assert {n} == {n + 1}" for n in range(60))


class Reply(NamedTuple):
    """What an agent says in a turn, and the file that it writes by that."""

    tokens: tuple[str, ...]
    path: str
    file: str


class Team:
    """`agents` agents who write the history at `path`; `now` is the session's time in seconds."""

    def __init__(self, path: Path, agents: int, now: Callable[[], float], seed: int = 1) -> None:
        self._pick = random.Random(seed)
        self._writer = HistoryWriter(path, now)
        self._runs = 0
        self._replies = 0
        self.recorder = Recorder(self._writer)
        self.state = self.recorder.state
        self.members = tuple(
            e.Member(name=f"agent-{number}", model="sim-gemini-3-flash")
            for number in range(1, agents + 1)
        )
        self._begin_session()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    def _begin_session(self) -> None:
        settings = e.Settings(
            suite="math/p0.5",
            team="decentralized",
            control="none",
            cadence="rounds",
            timing="wall",
            seed=1,
            max_rounds=60,
        )
        self.recorder.record(
            e.SessionStarted(
                session="benchmark",
                schema=e.SCHEMA,
                version="0",
                wall_time="2026-01-01T00:00:00+00:00",
                settings=settings,
                members=self.members,
                goal="A small library of math functions, each in a file of its own.",
            )
        )
        for number in range(1, TASKS + 1):
            self.recorder.record(
                e.TaskAdded(
                    task=f"task-{number}",
                    title=f"part_{number}: function {number} of the library",
                    description=f"Write part_{number}.py. " + "It holds one function. " * 8,
                    dependencies=(),
                    files=(f"part_{number % PATHS}.py",),
                )
            )
        self.recorder.record(e.RoundStarted(round=1))

    def reply(self, words: int) -> Reply:
        """A reply: `words` tokens of prose, then the actions it leads to."""
        self._replies += 1
        path = f"part_{self._pick.randrange(PATHS)}"
        file = module(path, self._replies)
        tags = f'\n<write_file path="{path}.py">\n{file}</write_file>\n<run_tests/>\n'
        pieces = [tags[at : at + 4] for at in range(0, len(tags), 4)]
        prose = tokens(words, self._pick.randrange(1 << 30))
        return Reply((*prose, *pieces), f"{path}.py", file)

    def begin(self, member: e.Member) -> None:
        """A turn begins, with a whole context."""
        recorder, name = self.recorder, member.name
        for message in tuple(recorder.state.agents[name].unread):
            recorder.record(e.MessageDelivered(agent=name, message=message, causes=(message,)))
        messages = context.messages(recorder.state, recorder.observations, member)
        prompts = tuple(e.Prompt(role=m.role, digest=recorder.store(m.text)) for m in messages)
        recorder.record(
            e.TurnStarted(
                agent=name,
                turn=self.state.agents[name].turn + 1,
                round=self.state.round,
                prompts=prompts,
                causes=tuple(recorder.observations.inboxes[name].completions),
            )
        )

    def say(self, member: e.Member, text: str) -> None:
        """A batch of text streams."""
        turn = self.state.agents[member.name].turn
        self.recorder.record(e.Text(agent=member.name, turn=turn, text=text))

    def end(self, member: e.Member, reply: Reply) -> None:
        """The reply is complete, and its actions are carried out."""
        name, turn = member.name, self.state.agents[member.name].turn
        count = len(reply.tokens)
        self.recorder.record(
            e.ReplyEnded(
                agent=name, turn=turn, tokens_in=2000, tokens_out=count, seconds=count / 200
            )
        )
        self._take_a_task(name, turn)
        if self._pick.random() < 0.3:
            self._read(name, turn, reply.path)
        self._write(name, turn, reply.path, reply.file)
        if turn % 2 == 0:
            self._test(name, turn)
        if turn % 5 == 0:
            others = tuple(m.name for m in self.members if m.name != name)
            text = f"{reply.path} is new, look before you write."
            self.recorder.record(e.MessageSent(agent=name, turn=turn, to=others, text=text))
        self.recorder.record(e.TurnEnded(agent=name, turn=turn))

    def _take_a_task(self, name: str, turn: int) -> None:
        """Give back what it holds and claim another, which may be somebody else's already."""
        for held in tuple(self.state.agents[name].tasks):
            self.recorder.record(e.TaskReleased(agent=name, task=held))
        task = self.state.tasks[f"task-{self._pick.randrange(TASKS) + 1}"]
        if task.status == "held":
            reason = f"{task.id} is held by {task.owner}."
            self.recorder.record(
                e.ActionRefused(
                    agent=name,
                    turn=turn,
                    action="claim_task",
                    target=task.id,
                    code="held",
                    reason=reason,
                )
            )
        else:
            epoch = task.epoch + 1
            self.recorder.record(e.TaskClaimed(agent=name, task=task.id, epoch=epoch))

    def _read(self, name: str, turn: int, path: str) -> None:
        latest = self.state.latest(path)
        self.recorder.record(
            e.FileRead(
                agent=name,
                turn=turn,
                path=path,
                version=latest.number if latest else 0,
                blob=latest.blob if latest else "",
                causes=(latest.seq,) if latest and latest.author != name else (),
            )
        )

    def _write(self, name: str, turn: int, path: str, text: str) -> None:
        digest = self.recorder.store(text)
        latest = self.state.latest(path)
        replaced = latest.number if latest else 0
        held = self.state.agents[name].tasks
        written = self.recorder.record(
            e.FileWritten(
                agent=name,
                turn=turn,
                path=path,
                version=replaced + 1,
                base=self.state.agents[name].known.get(path, e.UNREAD),
                replaced=replaced,
                blob=digest,
                size=len(text.encode()),
                task=held[0] if held else "",
            )
        )
        self.recorder.record(e.WritesCommitted(commits=((written.seq, digest),)))

    def _test(self, name: str, turn: int) -> None:
        self._runs += 1
        tree = f"{self._runs:040x}"
        run = self._runs
        self.recorder.record(e.TestsStarted(agent=name, run=run, tree=tree, turn=turn))
        failed = self._pick.randrange(4)
        self.recorder.record(
            e.TestsEnded(
                agent=name,
                run=run,
                tree=tree,
                passed=40 - failed,
                failed=failed,
                errors=0,
                returncode=1 if failed else 0,
                seconds=0.8,
                turn=turn,
                failures=tuple(f"test_parts.py::test_part_{n}" for n in range(failed)),
                output=OUTPUT,
            )
        )


def record(path: Path, agents: int, turns: int, words: int = 200) -> None:
    """A finished session of so many turns of each agent, on a clock of its own."""
    seconds = 0.0
    with Team(path, agents, lambda: seconds) as team:
        for _ in range(turns):
            for member in team.members:
                team.begin(member)
                reply = team.reply(words)
                for at in range(0, len(reply.tokens), BATCH):
                    seconds += 0.15
                    team.say(member, "".join(reply.tokens[at : at + BATCH]))
                team.end(member, reply)
        team.recorder.record(e.RoundEnded(round=1))
        team.recorder.record(e.SessionEnded(reason="round-limit", success=False))
