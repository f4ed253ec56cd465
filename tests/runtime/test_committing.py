"""Commits beside the loop: what git refuses is told and tried again, and no write is lost."""

import asyncio
from pathlib import Path

from agents.runtime.session import Session
from tests.runtime.teams import play
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import fold


def test_a_repository_that_refuses_for_a_while(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    lock = folder / "workspace" / ".git" / "refs" / "heads" / "main.lock"

    async def lock_and_unlock(session: Session) -> None:
        while session.state.round < 1:
            await asyncio.sleep(0.005)
        lock.touch()
        while not any(isinstance(ev, e.Warned) for ev in _written(folder)):
            await asyncio.sleep(0.02)
        lock.unlink()
        session.stop("seen enough")

    reply = '<write_file path="one.py">x = 1</write_file>'
    events = play(
        folder, {"a": [reply] * 40, "b": []}, rounds=40, timing="wall", beside=lock_and_unlock
    )
    writes = {ev.seq for ev in events if isinstance(ev, e.FileWritten)}
    assert any(isinstance(ev, e.Warned) for ev in events)
    assert set(fold(events).commits) == writes


def _written(folder: Path) -> list[e.AnyEvent]:
    return load(folder)[0]
