"""Small recorded sessions for the screen's tests, the same to the byte each time.

A `Story` writes through the real `HistoryWriter` with a clock of its own, and keeps the books that
a session would: versions, bases, turns. What agents say and do is told by the test.
"""

from pathlib import Path

from agents.teams import rights
from workspaces.history import events as e
from workspaces.history.codec import blob
from workspaces.history.state import State
from workspaces.history.writer import HistoryWriter

MODEL = "sim-gemini-3-flash"


class Story:
    """A session as it is told."""

    def __init__(
        self,
        path: Path,
        agents: int = 4,
        model: str = MODEL,
        control: str = "none",
        tests: tuple[str, ...] = (),
        team: str = "decentralized",
        cadence: str = "rounds",
    ) -> None:
        self.t = 0.0
        self.state = State()
        self.names = tuple(f"agent-{n}" for n in range(1, agents + 1))
        self._writer = HistoryWriter(path, lambda: self.t)
        self._writer.observe(self.state.apply)
        self._turns = dict.fromkeys(self.names, 0)
        self._runs = 0
        self._tokens: dict[str, int] = {}
        self.add(
            e.SessionStarted(
                session="story",
                schema=e.SCHEMA,
                version="0.1.0",
                wall_time="2026-01-01T00:00:00+00:00",
                settings=e.Settings(
                    suite="math/p0.5",
                    team=team,
                    control=control,
                    cadence=cadence,
                    verified=team == "adaptive",
                    timing="virtual",
                    seed=1,
                    max_rounds=60,
                ),
                members=tuple(
                    e.Member(name=name, model=model, role=rights.role(team, place, agents))
                    for place, name in enumerate(self.names)
                ),
                goal="A small library of math functions.",
                tests=tests,
            )
        )

    def close(self) -> None:
        """The file is whole."""
        self._writer.close()

    def add(self, event: e.AnyEvent) -> e.AnyEvent:
        """Append an event."""
        return self._writer.append(event)

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.t += seconds

    def tasks(self, *given: tuple[str, str, tuple[str, ...]]) -> None:
        """Tasks with their title and dependencies."""
        for name, title, needs in given:
            file = title.partition(":")[0] + ".py"
            text = f"Write {file}.\n\nIt holds one function and nothing else."
            self.add(
                e.TaskAdded(
                    task=name, title=title, description=text, dependencies=needs, files=(file,)
                )
            )

    def round(self, number: int) -> None:
        """A round begins."""
        self.add(e.RoundStarted(round=number))

    def begin(self, agent: str) -> None:
        """A turn begins."""
        self._turns[agent] += 1
        self.add(
            e.TurnStarted(agent=agent, turn=self._turns[agent], round=self.state.round, prompts=())
        )

    def say(self, agent: str, text: str, batch: int = 40) -> None:
        """Text streams, in batches."""
        for start in range(0, len(text), batch):
            self.wait(0.1)
            self.add(e.Text(agent=agent, turn=self._turns[agent], text=text[start : start + batch]))

    def reply(self, agent: str, text: str, finish: str = "stop") -> None:
        """A whole reply."""
        self.say(agent, text)
        self.add(
            e.ReplyEnded(
                agent=agent,
                turn=self._turns[agent],
                tokens_in=1200,
                tokens_out=len(text) // 4,
                seconds=2.0,
                finish=finish,
                cost_usd=0.0,
            )
        )

    def end(self, agent: str) -> None:
        """The turn is over."""
        self.add(e.TurnEnded(agent=agent, turn=self._turns[agent]))

    def claim(self, agent: str, task: str) -> None:
        """A claim succeeds."""
        self.add(e.TaskClaimed(agent=agent, task=task, epoch=self.state.tasks[task].epoch + 1))

    def complete(self, agent: str, task: str) -> None:
        """A task is done."""
        self.add(e.TaskCompleted(agent=agent, task=task))

    def refuse(self, agent: str, action: str, target: str, reason: str, code: str = "held") -> None:
        """An action is refused."""
        self.add(
            e.ActionRefused(
                agent=agent,
                turn=self._turns[agent],
                action=action,
                target=target,
                code=code,
                reason=reason,
            )
        )

    def read(self, agent: str, path: str) -> None:
        """The newest version of a file is read."""
        last = self.state.latest(path)
        self.add(
            e.FileRead(
                agent=agent,
                turn=self._turns[agent],
                path=path,
                version=last.number if last else 0,
                blob=last.blob if last else "",
                causes=(last.seq,) if last else (),
            )
        )

    def write(self, agent: str, path: str, text: str, token: int = 0) -> None:
        """A file is written, with what its writer last saw as its base."""
        stored, number, replaced = self._store(path, text)
        self.add(
            e.FileWritten(
                agent=agent,
                turn=self._turns[agent],
                path=path,
                version=number,
                base=self.state.agents[agent].known.get(path, e.UNREAD),
                replaced=replaced,
                blob=stored.digest,
                size=len(text.encode()),
                task=next(iter(self.state.agents[agent].tasks), ""),
                token=token,
            )
        )

    def write_apart(self, agent: str, path: str, text: str) -> None:
        """A file is written in its writer's worktree."""
        stored = blob(text)
        if stored.digest not in self.state.blobs:
            self.add(stored)
        tree = self.state.worktrees.get(agent)
        number = len(tree.files.get(path, ())) if tree else 0
        self.add(
            e.FileWritten(
                agent=agent,
                turn=self._turns[agent],
                path=path,
                version=number + 1,
                base=number or e.UNREAD,
                replaced=number,
                blob=stored.digest,
                size=len(text.encode()),
                task=next(iter(self.state.agents[agent].tasks), ""),
                where=agent,
            )
        )

    def lease(self, agent: str, path: str, seconds: float = 60.0) -> int:
        """A lease is granted; its token."""
        self._tokens[path] = token = self._tokens.get(path, 0) + 1
        self.add(e.LeaseGranted(agent=agent, path=path, token=token, expires=self.t + seconds))
        return token

    def unlease(self, path: str, reason: str = "released") -> None:
        """A lease ends."""
        lease = self.state.leases[path]
        self.add(e.LeaseEnded(agent=lease.holder, path=path, token=lease.token, reason=reason))

    def outside(self, path: str, text: str) -> None:
        """Somebody else's editor writes a file."""
        stored, number, replaced = self._store(path, text)
        self.add(
            e.OutsideWrite(
                agent=e.OUTSIDE,
                path=path,
                version=number,
                replaced=replaced,
                blob=stored.digest,
                size=len(text.encode()),
            )
        )

    def test(self, agent: str, passed: int, *failures: str) -> None:
        """A test run, from beginning to end."""
        self.start_test(agent)
        self.wait(0.8)
        self.add(
            e.TestsEnded(
                agent=agent,
                run=self._runs,
                tree="f" * 40,
                passed=passed,
                failed=len(failures),
                errors=0,
                returncode=1 if failures else 0,
                seconds=0.8,
                turn=self._turns[agent],
                failures=failures,
                output="\n".join(f"E   AssertionError in {name}" for name in failures),
            )
        )

    def start_test(self, agent: str) -> None:
        """A test run that goes on."""
        self._runs += 1
        self.add(
            e.TestsStarted(agent=agent, run=self._runs, tree="f" * 40, turn=self._turns[agent])
        )

    def send(self, agent: str, text: str, *to: str) -> None:
        """A message goes out and arrives; to everyone unless named."""
        to = to or tuple(name for name in self.names if name != agent)
        sent = self.add(e.MessageSent(agent=agent, to=to, text=text, turn=self._turns[agent]))
        for name in to:
            self.add(e.MessageDelivered(agent=name, message=sent.seq, causes=(sent.seq,)))

    def _store(self, path: str, text: str) -> tuple[e.Blob, int, int]:
        stored = blob(text)
        if stored.digest not in self.state.blobs:
            self.add(stored)
        last = self.state.latest(path)
        number = last.number if last else 0
        return stored, number + 1, number


ADD_1 = """\
'''The sum of two numbers.'''


def add(a, b):
    return a + b
"""
ADD_2 = """\
import math


def add(a, b):
    if math.isnan(a):
        raise ValueError(a)
    return a + b
"""
MEAN_1 = """\
from add import add


def mean(values):
    total = 0
    for value in values:
        total = add(total, value)
    return total / len(values)
"""
MEAN_2 = MEAN_1.replace(
    "    total = 0\n", "    if not values:\n        return 0.0\n    total = 0\n"
)
CLAMP = """\
def clamp(x, low, high):
    return max(low, min(x, high))
"""


def middle(path: Path) -> None:
    """A session of four agents in its second round: everything that a pane shows, in the middle
    of a streamed file."""
    story = Story(path)
    _first_round(story)
    _second_round(story)
    story.close()


def ended(path: Path) -> None:
    """The same session to its end."""
    story = Story(path)
    _first_round(story)
    _second_round(story)
    _end(story)
    story.close()


def _first_round(story: Story) -> None:
    one, two, three, four = story.names
    story.tasks(
        ("task-1", "add: sum of two numbers", ()),
        ("task-2", "mean: arithmetic mean", ("task-1",)),
        ("task-3", "clamp: keep a number within bounds", ()),
        ("task-4", "sign: sign of a number", ()),
        ("task-5", "variance: population variance", ("task-2",)),
    )
    story.round(1)
    for name in story.names:
        story.begin(name)
    story.wait(1.2)
    story.reply(
        one,
        "The way is clear for task-1.\n"
        f'<claim_task id="task-1"/>\n<write_file path="add.py">\n{ADD_1}</write_file>\n'
        '<complete_task id="task-1"/>\n',
    )
    story.claim(one, "task-1")
    story.write(one, "add.py", ADD_1)
    story.complete(one, "task-1")
    story.end(one)
    story.reply(
        two,
        f'I take task-1.\n<claim_task id="task-1"/>\n<write_file path="add.py">\n{ADD_2}'
        "</write_file>\n<run_tests/>\n",
    )
    story.refuse(two, "claim_task", "task-1", "task-1 was completed by agent-1.")
    story.write(two, "add.py", ADD_2)
    story.test(two, 3, "test_math.py::test_add_of_nan", "test_math.py::test_mean")
    story.end(two)
    story.reply(
        three,
        f'<claim_task id="task-3"/>\n<write_file path="clamp.py">\n{CLAMP}</write_file>\n'
        '<complete_task id="task-3"/>\n<broadcast>clamp.py is done.</broadcast>\n',
    )
    story.claim(three, "task-3")
    story.write(three, "clamp.py", CLAMP)
    story.complete(three, "task-3")
    story.send(three, "clamp.py is done.")
    story.end(three)
    story.reply(four, "Nothing is left for me that is not blocked.\n<wait/>\n")
    story.add(e.Waited(agent=four, turn=1, reason="task-2 needs task-1"))
    story.end(four)
    story.add(e.RoundEnded(round=1))


def _second_round(story: Story) -> None:
    one, _, three, four = story.names
    story.round(2)
    for name in story.names:
        story.begin(name)
    story.wait(0.9)
    story.reply(one, 'Next is the mean.\n<claim_task id="task-2"/>\n<read_file path="add.py"/>\n')
    story.claim(one, "task-2")
    story.read(one, "add.py")
    story.write(one, "mean.py", MEAN_1)
    story.outside("clamp.py", CLAMP.replace("low, high", "lo, hi"))
    story.reply(three, 'I look at the mean.\n<read_file path="mean.py"/>\n')
    story.read(three, "mean.py")
    story.write(three, "mean.py", MEAN_2)
    story.start_test(one)
    story.say(
        four,
        "While the mean is in other hands I write the sign.\n\n"
        '<claim_task id="task-4"/>\n<write_file path="sign.py">\ndef sign(x):\n'
        "    if x > 0:\n        return 1\n    retu",
    )


def _end(story: Story) -> None:
    one, two, three, four = story.names
    story.reply(four, 'rn -1 if x < 0 else 0\n</write_file>\n<complete_task id="task-4"/>\n')
    story.claim(four, "task-4")
    story.write(four, "sign.py", "def sign(x):\n    return (x > 0) - (x < 0)\n")
    story.complete(four, "task-4")
    story.end(four)
    story.complete(one, "task-2")
    story.reply(two, '<claim_task id="task-5"/>')
    story.claim(two, "task-5")
    story.write(two, "variance.py", "from mean import mean\n")
    story.complete(two, "task-5")
    story.test(two, 9)
    for name in (one, two, three):
        story.end(name)
    story.add(e.RoundEnded(round=2))
    story.wait(0.5)
    story.add(e.SessionEnded(reason="done", success=True))


def crowd(path: Path, agents: int = 16) -> None:
    """Many agents, each at something else."""
    story = Story(path, agents=agents)
    story.tasks(*((f"task-{n}", f"f{n}: function {n}", ()) for n in range(1, 21)))
    story.round(1)
    for place, name in enumerate(story.names):
        story.begin(name)
        story.wait(0.2)
        if place % 4 == 0:
            continue
        story.claim(name, f"task-{place + 1}")
        if place % 4 == 1:
            story.say(name, f'<write_file path="f{place}.py">\ndef f():\n    retu')
        elif place % 4 == 2:
            story.reply(name, "Done.")
            story.write(name, "shared.py", f"owner = {place}\n")
            story.end(name)
        else:
            story.reply(name, "<run_tests/>")
            story.start_test(name)
    story.close()


def paused(path: Path) -> None:
    """A session of one agent that a person has paused."""
    story = Story(path, agents=1, model="openai/gpt-5")
    story.tasks(("task-1", "add", ()))
    story.begin("agent-1")
    story.reply("agent-1", "Well.")
    story.end("agent-1")
    story.add(e.SessionPaused(agent=e.USER, reason="a closer look"))
    story.close()
