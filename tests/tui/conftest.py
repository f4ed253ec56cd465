"""Recorded sessions, made once a test from the story that its name tells."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.runtime import control
from tests.scenarios.crosstalk import crosstalk, environment
from tests.tui import histories
from tui.views.picture import Picture
from workspaces.history.reader import load


@pytest.fixture
def middle(tmp_path: Path) -> Path:
    """The history of a session in its second round."""
    path = tmp_path / "history.jsonl"
    histories.middle(path)
    return path


@pytest.fixture
def ended(tmp_path: Path) -> Path:
    """The history of a session that succeeded."""
    path = tmp_path / "history.jsonl"
    histories.ended(path)
    return path


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a session of three that is at work in a process of its own."""
    home = tmp_path / "home"
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "team"
    order = ("math/p0.5", "-n", "3", "--seed", "3", "--detach", "--out", str(folder))
    done = crosstalk("run", *order, home=home)
    assert done.returncode == 0, done.stderr
    yield folder
    asyncio.run(_stop(folder))


async def _stop(folder: Path) -> None:
    if control.is_running(folder):
        client = await control.connect(folder)
        await client.send("stop")
        await client.aclose()


def picture_of(path: Path) -> Picture:
    """What there is to see at the end of a history."""
    picture = Picture()
    for event in load(path)[0]:
        picture.observe(event)
    return picture
