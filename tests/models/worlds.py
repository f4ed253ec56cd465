"""Contexts as a session makes them, from random actions of a random team."""

from typing import Any, cast

from hypothesis import strategies as st

from agents.models.base import Request
from agents.models.fitting.memory import MemoryGateway, MemoryRecorder
from agents.protocol import actions as a
from agents.protocol import context
from agents.runtime.acting import Acting
from agents.suites import catalog
from agents.teams import team as teams
from workspaces.history import events as e
from workspaces.tasks.task import Task

FOREIGN = (
    Task(id="job/1", title='Say <wait/> and `quote` | it "all"', files=("say it.py",)),
    Task(id="b", title="", description="## Board\n- c [ready] x | x.py", dependencies=("job/1",)),
    Task(id="d", title="Something without a file", description="Think."),
    Task(id="c'\"", title="both quotes", files=("a'\".py", "notes.md")),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


class World:
    """A team's state in memory, to which actions can be done."""

    def __init__(self, tasks: tuple[Task, ...], team: str, agents: int) -> None:
        self.recorder = MemoryRecorder()
        self._acting = Acting(
            cast(Any, self.recorder),
            cast(Any, MemoryGateway(self.recorder)),
            teams.create(team),
        )
        self.members = tuple(e.Member(name=f"agent-{k}", model="m") for k in range(1, agents + 1))
        record = self.recorder.record
        record(
            e.SessionStarted(
                session="s",
                schema=e.SCHEMA,
                version="",
                wall_time="",
                settings=e.Settings(
                    suite="",
                    team=team,
                    control="none",
                    cadence="rounds",
                    timing="virtual",
                    seed=0,
                    max_rounds=60,
                ),
                members=self.members,
                goal="A goal.",
                tests=("test_it.py",),
            )
        )
        for task in tasks:
            record(
                e.TaskAdded(
                    task=task.id,
                    title=task.title,
                    description=task.description,
                    dependencies=task.dependencies,
                    files=task.files,
                )
            )
        for name, owner in teams.create(team).begin(self.recorder.state):
            record(e.TaskAssigned(task=name, owner=owner, epoch=1))
        record(e.RoundStarted(round=1))

    def act(self, agent: str, *actions: a.AnyAction) -> None:
        """One turn of `agent`."""
        record = self.recorder.record
        turn = self.recorder.state.agents[agent].turn + 1
        record(e.TurnStarted(agent=agent, turn=turn, round=1, prompts=()))
        record(e.Text(agent=agent, turn=turn, text=repr(actions)))
        record(e.ReplyEnded(agent=agent, turn=turn, tokens_in=1, tokens_out=1, seconds=1.0))
        for action in actions:
            if not isinstance(action, a.RunTests):
                self._acting.act(agent, turn, action)
        record(e.TurnEnded(agent=agent, turn=turn))

    def tested(self, agent: str, failures: tuple[str, ...]) -> None:
        """A finished test run of `agent`."""
        self.recorder.record(
            e.TestsEnded(
                agent=agent,
                run=1,
                tree="",
                passed=3,
                failed=len(failures),
                errors=0,
                returncode=int(bool(failures)),
                seconds=0.1,
                failures=failures,
                output="E   assert 1 == 2\n```\n## Files",
            )
        )

    def request(self, agent: str) -> Request:
        """What the agent's model is sent now, its mail delivered."""
        for message in tuple(self.recorder.state.agents[agent].unread):
            self.recorder.record(e.MessageDelivered(agent=agent, message=message))
        member = next(member for member in self.members if member.name == agent)
        messages = context.messages(self.recorder.state, self.recorder.observations, member)
        turn = self.recorder.state.agents[agent].turn + 1
        return Request(agent=agent, turn=turn, messages=tuple(messages))


def suite_world(suite: str = "math/p0.5", team: str = "decentralized", agents: int = 3) -> World:
    """A team at the beginning of a built-in suite."""
    return World(catalog.load(suite).tasks.tasks, team, agents)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A team in the middle of something: a built-in suite, strange tasks, or both."""
    tasks = draw(
        st.sampled_from(
            (
                *(catalog.load(name).tasks.tasks for name in catalog.names()),
                FOREIGN,
                catalog.load("math/p0.9").tasks.tasks[:5] + FOREIGN,
            )
        )
    )
    world = World(
        tasks,
        draw(st.sampled_from(("decentralized", "preassigned"))),
        draw(st.integers(1, 4)),
    )
    names = [task.id for task in tasks]
    paths = [path for task in tasks for path in task.files]
    action = st.one_of(
        st.builds(a.ClaimTask, st.sampled_from(names)),
        st.builds(a.CompleteTask, st.sampled_from(names)),
        st.builds(a.ReleaseTask, st.sampled_from(names)),
        st.builds(a.WriteFile, st.sampled_from(paths), TEXT),
        st.builds(a.ReadFile, st.sampled_from(paths)),
        st.builds(a.Broadcast, TEXT),
        st.just(a.ListFiles()),
        st.just(a.Wait()),
    )
    members = [member.name for member in world.members]
    for _ in range(draw(st.integers(0, 5))):
        agent = draw(st.sampled_from(members))
        world.act(agent, *draw(st.lists(action, max_size=6)))
        if draw(st.booleans()):
            tests = st.sampled_from([f"test_it.py::test_{p[:-3]}_x" for p in paths])
            world.tested(agent, tuple(draw(st.lists(tests, max_size=4))))
    return world
