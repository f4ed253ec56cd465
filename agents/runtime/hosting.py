"""Bringing a session up and down: the folder, the repository, the history, the team, the watch
on its files and the socket for its commands."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from agents.debugger.breakpoints import BREAK
from agents.debugger.stops import Stops
from agents.models.base import Model
from agents.models.opening import Opening
from agents.models.providers.model import ProviderModel
from agents.models.providers.secrets import scrubbed
from agents.runtime import folder as folders
from agents.runtime.clock import Clock
from agents.runtime.commands import BY_HAND, commands
from agents.runtime.confinement import Confinement
from agents.runtime.control import ControlServer
from agents.runtime.faults import grammar
from agents.runtime.faults.clock import SkewedClock
from agents.runtime.faults.files import FaultyGateway
from agents.runtime.faults.strikes import Strikes
from agents.runtime.faults.watching import FaultyEyes
from agents.runtime.preparing import prepared
from agents.runtime.recorder import Recorder
from agents.runtime.session import Session
from agents.runtime.spec import Spec, check_confined, load_job
from agents.runtime.testing import TestRunner
from agents.runtime.watching import watching
from agents.teams import team as teams
from workspaces import version
from workspaces.files.controls import control as controls
from workspaces.files.controls.control import Control
from workspaces.files.controls.worktrees import Worktrees
from workspaces.files.gateway import Gateway
from workspaces.files.repository import Repository
from workspaces.history import events as e
from workspaces.history.reader import FILE_NAME, load
from workspaces.history.state import State
from workspaces.history.writer import HistoryWriter
from workspaces.tasks.loading import TaskFile

VIRTUAL_EPOCH = 1_767_225_600
"""When sessions on virtual time take place (2026-01-01, UTC): commit ids hold dates, so they
would differ otherwise."""


async def host(
    spec: Spec,
    seed: int,
    folder: Path,
    clock: Clock,
    ready: Callable[[Session], None] = lambda session: None,
    tests: TestRunner | None = None,
    wrapped: Callable[[Model], Model] = lambda model: model,
) -> State:
    """Run the session of a checked `spec` in the empty folder `folder`; its state at the end.

    `ready` is called once the session is in place and can be stopped. `tests` runs the tests
    instead of a runner of its own, and agents are given `wrapped` models. Raises what making it
    raises; `HistoryError` when the history cannot be written on.
    """
    job = load_job(spec)
    clock = SkewedClock(clock)
    async with AsyncExitStack() as stack:
        opening = await stack.enter_async_context(
            Opening(spec.members(), seed, spec.api_base, spec.actions)
        )
        confinement = tests.confinement if tests else None
        if confinement is None:
            confinement = await asyncio.to_thread(Confinement.probe)
        check_confined(spec, job, confinement)
        runner = tests or TestRunner(confinement=confinement)
        await stack.enter_async_context(runner)
        opened = await opening.models()
        members = {name: wrapped(model) for name, model in opened.items()}
        clock.begin()
        writer = stack.enter_context(HistoryWriter(folder / FILE_NAME, clock.now))
        recorder = Recorder(writer)
        started = _started(spec, seed, job, confinement.detail)
        if job.setup:
            files: dict[str, str | bytes] = {**job.files, **job.tests}
            made = await asyncio.to_thread(prepared, Path(job.setup), files, confinement)
            job = structs.replace(job, files=made)
        repository = await asyncio.to_thread(_repository, folder, job, started)
        stack.push_async_callback(asyncio.to_thread, repository.close)
        house = furnish(recorder, repository, clock, runner, started)
        _begin(recorder, house.gateway, started, job)
        _warn_of_prices(recorder, opened)
        if isinstance(house.control, Worktrees):
            for member in started.members:
                await asyncio.to_thread(house.control.make, member.name)
            house.control.open()
        session = staff(house, folder, started, members)
        for condition in spec.breaks:
            recorder.record(e.CommandGiven(agent=e.USER, command=BREAK, argument=condition))
        session.order(grammar.parse(spec.faults))
        return await run(stack, folder, house, session, opening, ready)


class House(NamedTuple):
    """A session's workspace and all that guards it."""

    recorder: Recorder
    clock: SkewedClock
    runner: TestRunner
    control: Control
    gateway: FaultyGateway
    eyes: FaultyEyes
    strikes: Strikes


def furnish(
    recorder: Recorder,
    repository: Repository,
    clock: SkewedClock,
    runner: TestRunner,
    started: e.SessionStarted,
) -> House:
    """Put control, gateway and eyes in place around the repository of the session that began so."""
    strikes = Strikes()
    repository.when_full = recorder.wait_for_room
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
    gateway.strikes = strikes
    eyes = FaultyEyes(gateway, strikes)
    return House(recorder, clock, runner, control, gateway, eyes, strikes)


def staff(
    house: House, folder: Path, started: e.SessionStarted, models: Mapping[str, Model]
) -> Session:
    """The session's team, at its place in the house."""
    return Session(
        house.recorder,
        house.gateway,
        house.runner,
        teams.create(started.settings.team),
        models,
        house.clock,
        house.strikes,
        house.eyes.open,
        Stops(lambda: load(folder)[0]),
    )


async def run(
    stack: AsyncExitStack,
    folder: Path,
    house: House,
    session: Session,
    opening: Opening,
    ready: Callable[[Session], None],
) -> State:
    """Listen for commands, watch the files, and run the session to its end."""
    standstill = house.recorder.standstill
    standstill.stopped = partial(session.stop, BY_HAND)
    handle = commands(session, house.recorder, opening.another)
    server = ControlServer(folder, handle, standstill)
    await server.start()
    stack.push_async_callback(server.aclose)
    if house.clock.timing == "wall":
        await stack.enter_async_context(watching(house.gateway, house.eyes))
    ready(session)
    await session.run()
    return house.recorder.state


def dated(started: e.SessionStarted) -> int:
    """When the session's commits are counted from: seconds since 1970."""
    if started.settings.timing == "wall":
        return int(datetime.fromisoformat(started.wall_time).timestamp())
    return VIRTUAL_EPOCH


def _repository(folder: Path, job: TaskFile, started: e.SessionStarted) -> Repository:
    """The session's repository, begun with the job's files and tests; its commits are dated from
    the session's start."""
    return Repository.create(
        folder / folders.WORKSPACE,
        {**job.files, **job.tests},
        epoch=dated(started),
        session=started.session,
    )


def _started(spec: Spec, seed: int, job: TaskFile, confinement: str) -> e.SessionStarted:
    goal = [job.project, job.description, *(f"- {line}" for line in job.success_criteria)]
    return e.SessionStarted(
        session=spec.session_id(seed),
        schema=e.SCHEMA,
        version=version.current(),
        wall_time=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=e.Settings(
            suite=spec.suite or spec.folder or "an instruction",
            team=spec.team,
            control=spec.control,
            cadence=spec.cadence,
            timing=spec.timing,
            seed=seed,
            max_rounds=spec.max_rounds,
            max_cost_usd=spec.max_cost_usd,
            context_tokens=spec.context_tokens,
            max_tokens=spec.max_tokens,
            max_seconds=spec.max_seconds,
            api_base=scrubbed(spec.api_base),
            actions=spec.actions,
            confinement=confinement,
            faults=spec.faults,
            recovery=spec.recovery,
            verified=spec.team == "adaptive" and spec.agents > 1,
        ),
        members=spec.members(),
        goal="\n".join(line for line in goal if line),
        tests=job.test_paths,
    )


def _warn_of_prices(recorder: Recorder, models: Mapping[str, Model]) -> None:
    """Record which models a limit on money cannot count."""
    started = recorder.state.started
    if started and started.settings.max_cost_usd is not None:
        provided = [model for model in models.values() if isinstance(model, ProviderModel)]
        for name in dict.fromkeys(model.name for model in provided if not model.priced):
            text = f"--max-cost does not count {name}: no price of it is known."
            recorder.record(e.Warned(text=text))


def _begin(recorder: Recorder, gateway: Gateway, started: e.SessionStarted, job: TaskFile) -> None:
    """Record what the session begins with: who, the files that are there, the tasks."""
    recorder.record(started)
    recorder.record(e.WritesCommitted(commits=tuple(gateway.adopt())))
    for task in job.tasks:
        recorder.record(
            e.TaskAdded(
                task=task.id,
                title=task.title,
                description=task.description,
                dependencies=task.dependencies,
                files=task.files,
                priority=task.priority,
            )
        )
