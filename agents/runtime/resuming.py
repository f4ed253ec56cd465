"""Going on with a session where its history ends: after a kill, a reboot, an interruption.

What the team knows follows from the history, so all of it is there again: contexts, mail, claims,
leases. A turn that was cut off is had again, with what it was shown; what it did before the cut
stands, and its agent is told. The files and git are brought level with the history, or where
somebody changed them meanwhile, that is recorded as it is while a session runs.

Faults go on too: those that were ordered and are still to come, and those that were going on, until
the end that they had. Not taken up again are replies in flight.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from agents.models.opening import Opening
from agents.runtime import folder as folders
from agents.runtime.clock import Clock
from agents.runtime.confinement import Confinement
from agents.runtime.control import is_running
from agents.runtime.faults.clock import SkewedClock
from agents.runtime.hosting import dated, furnish, run, staff
from agents.runtime.recorder import Recorder
from agents.runtime.session import Session
from agents.runtime.testing import TestRunner
from agents.runtime.usage import UsageError
from workspaces.files.controls.worktrees import Worktrees
from workspaces.files.repository import Repository
from workspaces.history import events as e
from workspaces.history.codec import HistoryError
from workspaces.history.reader import locate
from workspaces.history.state import State
from workspaces.history.tape import HistoryTape
from workspaces.history.writer import HistoryLocked, HistoryWriter

LOCK_SECONDS: Final = 5.0
"""How long a process that was killed may still hold the history by a child of its own."""

OVER: Final = ("done", "round-limit")
"""Endings after which there is nothing to go on with."""


class Resumable:
    """What is known of a session before it is taken up: what it began with, as far as that still
    holds, and its time."""

    def __init__(self, started: e.SessionStarted, t: float) -> None:
        self.started = started
        self.t = t


def look(folder: Path) -> Resumable:
    """The session in `folder`, which can be resumed.

    Raises `UsageError` when it cannot: it runs, it is over, or it had not begun; `HistoryError`
    when its history cannot be read.
    """
    file = locate(folder)
    if is_running(file.parent):
        raise UsageError(
            f"The session in {folder} is running",
            "its process is there",
            f"crosstalk attach {folder} shows it.",
        )
    if not (file.parent / folders.WORKSPACE).is_dir():
        raise UsageError(
            f"{folder} has no workspace",
            f"there is no folder {folders.WORKSPACE} beside its history",
            f"crosstalk replay {folder} shows what is there.",
        )
    tape = HistoryTape(file)
    state = State()
    begun, t, at = False, 0.0, 0
    last = tape.events(0, 1)[0]
    while events := tape.events(at, at + 5_000):
        at += len(events)
        last = events[-1]
        t = max(t, last.t)
        for event in events:
            if isinstance(event, e.SessionStarted | e.SessionForked | e.ModelReplaced):
                state.apply(event)
        # A fork is in place from its beginning.
        begun = begun or any(
            isinstance(x, e.RoundStarted | e.TurnStarted | e.SessionForked) for x in events
        )
    if isinstance(last, e.SessionEnded) and last.reason in OVER:
        raise UsageError(
            f"The session in {folder} is over",
            f"it ended by itself ({last.reason})",
            f"crosstalk replay {folder} shows it; crosstalk run starts another.",
        )
    if not begun:
        raise UsageError(
            f"The session in {folder} had not begun",
            "its process ended before anybody's first turn",
            "Start it again with crosstalk run.",
        )
    assert state.started  # no history begins with anything else
    return Resumable(state.started, t)


async def resume(
    folder: Path,
    clock: Clock,
    ready: Callable[[Session], None] = lambda session: None,
) -> State:
    """Go on with the session in `folder` (an absolute path), on a clock that goes on from the
    history's last time; its state at the end. Raises as `hosting.host` does."""
    clock = SkewedClock(clock)
    async with AsyncExitStack() as stack:
        confinement = await asyncio.to_thread(Confinement.probe)
        runner = await stack.enter_async_context(TestRunner(confinement=confinement))
        chosen = look(folder).started
        opening = await stack.enter_async_context(
            Opening(
                chosen.members,
                chosen.settings.seed,
                chosen.settings.api_base,
                chosen.settings.actions,
            )
        )
        models = await opening.models()
        clock.begin()
        writer = stack.enter_context(_opened(locate(folder), clock))
        past = list(writer.past)
        first = past[0]
        assert isinstance(first, e.SessionStarted)
        recorder = Recorder(writer)
        started = recorder.state.started
        assert started
        repository = await asyncio.to_thread(
            Repository.open,
            folder / folders.WORKSPACE,
            epoch=dated(first),
            session=started.session,
        )
        stack.push_async_callback(asyncio.to_thread, repository.close)
        house = furnish(recorder, repository, clock, runner, started)
        for event in past:
            house.control.observe(event)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        recorder.record(e.SessionResumed(wall_time=now))
        recovered = await asyncio.to_thread(house.gateway.recover, past)
        if recovered.committed:
            recorder.record(e.WritesCommitted(commits=tuple(recovered.committed)))
        if isinstance(house.control, Worktrees):
            for member in started.members:
                await asyncio.to_thread(house.control.take_up, member.name)
        session = staff(house, folder, started, models)
        for event in past:
            session.stops.breakpoints.recall(event)
        session.take_up(past)
        return await run(stack, folder, house, session, opening, ready)


def _opened(path: Path, clock: Clock) -> HistoryWriter:
    """The history, to be written on. A child of a killed process may hold it for a moment."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            writer = HistoryWriter(path, clock.now)
        except HistoryLocked:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            break
    if not writer.past:
        writer.close()
        raise HistoryError(f"{path} holds no session", "the file is empty")
    return writer
