"""A team at work without pytest, git or a loop: the fit's stand-in for a session.

Contexts, tags, refusals and folds are those of real sessions. Time is counted and never waited
for; a reply's actions are carried out when it arrives, as in `agents.runtime.rounds`. Test runs
take no time and are judged by `oracle`.
"""

from dataclasses import dataclass
from typing import Any, cast

from agents.models.base import Request
from agents.models.fitting.memory import MemoryGateway, MemoryRecorder
from agents.models.simulated import oracle
from agents.models.simulated.model import Answer, SimulatedModel
from agents.protocol import context
from agents.protocol.actions import RunTests
from agents.protocol.tags import parse
from agents.runtime.acting import Acting
from agents.teams import team as teams
from workspaces.history import events as e


@dataclass(frozen=True, slots=True)
class Played:
    """A session that was played: what happened, and how it ended."""

    events: list[e.AnyEvent]
    success: bool
    rounds: int
    seconds: float


class Harness:
    """One session of `model` on a built-in suite, with `agents` agents."""

    def __init__(self, model: SimulatedModel, suite: str, team: str, agents: int) -> None:
        self._model = model
        self._suite = suite
        self._team = teams.create(team)
        self.recorder = MemoryRecorder()
        self._acting = Acting(
            cast(Any, self.recorder),
            cast(Any, MemoryGateway(self.recorder)),
            self._team,
        )
        self._members = tuple(
            e.Member(name=f"agent-{number}", model=model.name) for number in range(1, agents + 1)
        )
        self._begin()

    def play(self, max_rounds: int = 60) -> Played:
        """The whole session."""
        recorder = self.recorder
        while not recorder.state.done() and recorder.state.round < max_rounds:
            self._round(recorder.state.round + 1)
        _, failures = oracle.failing(self._suite, recorder.state)
        return Played(
            events=recorder.events,
            success=recorder.state.done() and not failures,
            rounds=recorder.state.round,
            seconds=recorder.now,
        )

    def _begin(self) -> None:
        suite = oracle.suite(self._suite).tasks
        record = self.recorder.record
        settings = e.Settings(
            suite=self._suite,
            team=self._team.name,
            control="none",
            cadence="rounds",
            timing="virtual",
            seed=0,
            max_rounds=0,
        )
        record(
            e.SessionStarted(
                session="fit",
                schema=e.SCHEMA,
                version="",
                wall_time="",
                settings=settings,
                members=self._members,
                goal=suite.description,
                tests=suite.test_paths,
            )
        )
        for task in suite.tasks:
            record(
                e.TaskAdded(
                    task=task.id,
                    title=task.title,
                    description=task.description,
                    dependencies=task.dependencies,
                    files=task.files,
                    priority=task.priority,
                )
            )
        for name, owner in self._team.begin(self.recorder.state):
            record(e.TaskAssigned(task=name, owner=owner, epoch=1))

    def _round(self, number: int) -> None:
        recorder = self.recorder
        recorder.record(e.RoundStarted(round=number))
        began = recorder.now
        state, inboxes = recorder.state, recorder.observations.inboxes
        called = [m for m in self._members if self._team.calls(state, inboxes[m.name], m.name)]
        answers = [(member, self._ask(member)) for member in called or self._members]
        for member, answer in sorted(answers, key=lambda pair: _seconds(pair[1])):
            recorder.now = began + _seconds(answer)
            self._carry_out(member.name, answer)
        recorder.record(e.RoundEnded(round=number))

    def _ask(self, member: e.Member) -> Answer:
        recorder, name = self.recorder, member.name
        for message in tuple(recorder.state.agents[name].unread):
            recorder.record(e.MessageDelivered(agent=name, message=message))
        messages = tuple(context.messages(recorder.state, recorder.observations, member))
        turn = recorder.state.agents[name].turn + 1
        recorder.record(
            e.TurnStarted(agent=name, turn=turn, round=recorder.state.round, prompts=())
        )
        return self._model.answer(Request(agent=name, turn=turn, messages=messages))

    def _carry_out(self, name: str, answer: Answer) -> None:
        recorder = self.recorder
        turn = recorder.state.agents[name].turn
        recorder.record(e.Text(agent=name, turn=turn, text=answer.text))
        recorder.record(
            e.ReplyEnded(
                agent=name,
                turn=turn,
                tokens_in=answer.tokens_in,
                tokens_out=answer.tokens_out,
                seconds=_seconds(answer),
            )
        )
        for action in parse(answer.text):
            if isinstance(action, RunTests):
                self._test(name, turn)
            else:
                self._acting.act(name, turn, action)
        recorder.record(e.TurnEnded(agent=name, turn=turn))

    def _test(self, name: str, turn: int) -> None:
        run = len(self.recorder.state.test_runs) + 1
        passed, failures = oracle.failing(self._suite, self.recorder.state)
        self.recorder.record(e.TestsStarted(agent=name, run=run, tree="", turn=turn))
        self.recorder.record(
            e.TestsEnded(
                agent=name,
                run=run,
                tree="",
                turn=turn,
                passed=passed,
                failed=len(failures),
                errors=0,
                returncode=1 if failures else 0,
                seconds=0.0,
                failures=failures,
            )
        )


def _seconds(answer: Answer) -> float:
    return answer.silent_s + answer.spoken_s
