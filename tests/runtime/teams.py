"""Small sessions of scripted agents on a real repository, for tests of the runtime."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from agents.models.base import Model
from agents.models.scripted import ScriptedModel
from agents.runtime import clock as clocks
from agents.runtime.clock import Clock
from agents.runtime.faults import grammar
from agents.runtime.faults.clock import SkewedClock
from agents.runtime.faults.files import FaultyGateway
from agents.runtime.faults.strikes import Strikes
from agents.runtime.recorder import Recorder
from agents.runtime.session import Session
from agents.runtime.testing import TestRunner
from agents.teams import rights
from agents.teams import team as teams
from workspaces.files.controls import control as controls
from workspaces.files.controls.worktrees import Worktrees
from workspaces.files.repository import Repository
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.writer import HistoryWriter

TEST = "def test_one():\n    from one import one\n    assert one() == 1\n"
TASKS = (
    e.TaskAdded(task="t1", title="one", files=("one.py",)),
    e.TaskAdded(task="t2", title="two", files=("two.py",), dependencies=("t1",)),
    e.TaskAdded(task="t3", title="three", files=("three.py",)),
)


def play(
    folder: Path,
    replies: Mapping[str, Sequence[str]],
    *,
    team: str = "decentralized",
    tasks: Sequence[e.TaskAdded] = TASKS,
    rounds: int = 3,
    timing: str = "virtual",
    models: Mapping[str, Model] | None = None,
    beside: Callable[[Session], Awaitable[None]] | None = None,
    control: str = "none",
    faults: str = "",
    limits: Mapping[str, Any] | None = None,
    test: str = TEST,
) -> list[e.AnyEvent]:
    """The history of a session in which each agent gives its replies; `beside` runs with it.
    `limits` are more of its settings, `test` is its test file."""

    async def main(clock: Clock) -> None:
        skewed = SkewedClock(clock)
        started = _started(tuple(replies), team, rounds, clock.timing, control)
        settings = replace(started.settings, **(limits or {}))
        started = replace(started, settings=settings)
        await _play(folder, replies, started, tasks, skewed, models, beside, faults, test)

    clocks.run(timing, main)
    events, damage = load(folder)
    assert damage is None
    return events


async def _play(
    folder: Path,
    replies: Mapping[str, Sequence[str]],
    started: e.SessionStarted,
    tasks: Sequence[e.TaskAdded],
    clock: Clock,
    models: Mapping[str, Model] | None,
    beside: Callable[[Session], Awaitable[None]] | None,
    faults: str,
    test: str,
) -> None:
    folder.mkdir(exist_ok=True)
    repository = Repository.create(
        folder / "workspace", {"test_one.py": test}, epoch=1_700_000_000, session="test"
    )
    with HistoryWriter(folder / "history.jsonl", clock.now) as writer:
        recorder = Recorder(writer)
        control = controls.create(
            started.settings.control,
            record=recorder.record,
            state=recorder.state,
            now=clock.now,
            repository=repository,
        )
        recorder.observe(control.observe)
        gateway = FaultyGateway(
            repository.root, repository, recorder.record, recorder.state, started.tests, control
        )
        gateway.strikes = strikes = Strikes()
        recorder.record(started)
        recorder.record(e.WritesCommitted(commits=tuple(gateway.adopt())))
        for task in tasks:
            recorder.record(task)
        if isinstance(control, Worktrees):
            for name in replies:
                control.make(name)
            control.open()
        scripted = {name: ScriptedModel(said) for name, said in replies.items()}
        async with TestRunner() as runner:
            team = teams.create(started.settings.team)
            session = Session(recorder, gateway, runner, team, models or scripted, clock, strikes)
            session.order(grammar.parse(faults))
            if beside:
                async with asyncio.TaskGroup() as group:
                    group.create_task(session.run())
                    group.create_task(_awaited(beside(session)))
            else:
                await session.run()
    repository.close()


async def _awaited(what: Awaitable[None]) -> None:
    await what


def _started(
    names: tuple[str, ...], team: str, rounds: int, timing: str, control: str
) -> e.SessionStarted:
    return e.SessionStarted(
        session="test",
        schema=e.SCHEMA,
        version="test",
        wall_time="2026-01-01T00:00:00+00:00",
        settings=e.Settings(
            suite="test",
            team=team,
            control=control,
            cadence="rounds",
            timing=timing,
            seed=0,
            max_rounds=rounds,
        ),
        members=tuple(
            e.Member(name=name, model="scripted", role=rights.role(team, place, len(names)))
            for place, name in enumerate(names)
        ),
        goal="Write three functions.",
        tests=("test_one.py",),
    )
