"""A workspace made of real parts: a repository and a history on the disk, and the gateway."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from workspaces.files.controls import control as controls
from workspaces.files.controls.worktrees import Worktrees
from workspaces.files.gateway import Gateway
from workspaces.files.repository import Repository
from workspaces.history.events import (
    SCHEMA,
    AnyEvent,
    Member,
    SessionStarted,
    Settings,
    TurnStarted,
    WritesCommitted,
)
from workspaces.history.state import State
from workspaces.history.writer import HistoryWriter

EPOCH = 1_700_000_000
SESSION_NAME = "test session"
FILES = {"tests/test_mean.py": "from mean import mean\n", "docs/tasks.md": "Write mean.py\n"}

E = TypeVar("E", bound=AnyEvent)


@dataclass
class Workspace:
    """A session's files. `now` is its clock; every event so far is in `events`."""

    folder: Path
    writer: HistoryWriter
    repository: Repository
    state: State
    events: list[AnyEvent]
    clock: list[float]
    gateway: Gateway

    @property
    def root(self) -> Path:
        return self.repository.root

    def begin(self, agent: str) -> None:
        """Begin the agent's next turn: what it has read is in front of it."""
        self.gateway.control.begin_turn(agent)
        self.gateway.record(TurnStarted(agent=agent, turn=1, round=1, prompts=()))

    def commit(self) -> list[tuple[int, str]]:
        pairs = self.repository.checkpoint()
        self.gateway.record(WritesCommitted(commits=tuple(pairs)))
        return pairs

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    def close(self) -> None:
        self.repository.close()
        self.writer.close()


def start(folder: Path, files: dict[str, str] | None = None, control: str = "none") -> Workspace:
    """A new session in `folder`, its first files adopted."""
    repository = Repository.create(
        folder / "workspace", FILES if files is None else files, epoch=EPOCH, session=SESSION_NAME
    )
    workspace = _assemble(folder, repository, control)
    workspace.gateway.record(
        SessionStarted(
            session=SESSION_NAME,
            schema=SCHEMA,
            version="0",
            wall_time="2026-01-01T00:00:00Z",
            settings=Settings(
                suite="test",
                team="decentralized",
                control=control,
                cadence="rounds",
                timing="virtual",
                seed=0,
                max_rounds=1,
            ),
            members=(Member(name="ada", model="m"), Member(name="bob", model="m")),
        )
    )
    workspace.gateway.record(WritesCommitted(commits=tuple(workspace.gateway.adopt())))
    if isinstance(workspace.gateway.control, Worktrees):
        for name in ("ada", "bob"):
            workspace.gateway.control.make(name)
        workspace.gateway.control.open()
    return workspace


def resume(folder: Path) -> Workspace:
    """The session in `folder` again, as its history has it; nothing recovered yet."""
    repository = Repository.open(folder / "workspace", epoch=EPOCH, session=SESSION_NAME)
    return _assemble(folder, repository)


def _assemble(folder: Path, repository: Repository, control: str = "none") -> Workspace:
    clock = [0.0]
    writer = HistoryWriter(folder / "history.jsonl", lambda: clock[0])
    state = State()
    events = list(writer.past)
    for event in events:
        state.apply(event)

    def record(event: E) -> E:
        stored = writer.append(event)
        state.apply(stored)
        events.append(stored)
        return stored

    policy = controls.create(
        control, record=record, state=state, now=lambda: clock[0], repository=repository
    )
    writer.observe(policy.observe)
    protected = ("tests/test_mean.py", "fixed/")
    gateway = Gateway(repository.root, repository, record, state, protected, policy)
    return Workspace(folder, writer, repository, state, events, clock, gateway)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = start(tmp_path)
    yield made
    made.close()


@pytest.fixture
def git() -> Callable[..., str]:
    """Runs git as a person in another terminal would; what it printed."""

    def run(root: Path, *arguments: str) -> str:
        person = ("-c", "user.name=Pat", "-c", "user.email=pat@example.org")
        done = subprocess.run(
            ["git", *person, *arguments], cwd=root, check=True, capture_output=True, text=True
        )
        return done.stdout

    return run
