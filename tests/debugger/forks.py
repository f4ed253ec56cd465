"""Real sessions to fork, and what a fork must be."""

import hashlib
import subprocess
from pathlib import Path

from agents.runtime import process
from agents.runtime.spec import Spec
from workspaces.files.trees import tree_of
from workspaces.history import events as e
from workspaces.history.clocks import Clocks
from workspaces.history.reader import load
from workspaces.history.state import State

MODEL = "sim-gemini-3-flash"


def simulated(folder: Path, seed: int = 7, **choices: object) -> State:
    """A seeded session on virtual time, run to its end."""
    usual: dict[str, object] = {"suite": "math/p0.5", "agents": 3, "models": (MODEL,)}
    spec = Spec(**{**usual, "timing": "virtual", **choices})  # type: ignore[arg-type]
    return process.run(spec, seed, folder)


def digest(folder: Path) -> str:
    """Of every file below `folder`, by name and content, git's own among them."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            told.update(f"{path.relative_to(folder)}\n".encode())
            told.update(path.read_bytes())
    return told.hexdigest()


def lines(folder: Path) -> list[bytes]:
    """The lines of the history."""
    return (folder / "history.jsonl").read_bytes().splitlines(keepends=True)


def git(folder: Path, *arguments: str) -> str:
    """What git says in the session's workspace."""
    return subprocess.run(
        ["git", *arguments], cwd=folder / "workspace", capture_output=True, text=True, check=True
    ).stdout


def is_whole(folder: Path, state: State) -> None:
    """Check that history, files and repository of a session that ended agree."""
    events, damage = load(folder)
    assert damage is None
    clocks = Clocks()
    for event in events:
        assert clocks.clocked(event).clock == event.clock
        clocks.follow(event)
    assert [event.t for event in events] == sorted(event.t for event in events)
    git(folder, "fsck", "--strict")
    assert git(folder, "status", "--porcelain") == ""
    held = {path: state.files[path][-1].blob for path in state.paths()}
    assert git(folder, "rev-parse", "main^{tree}").strip() == tree_of(held)
    assert all(version[-1].seq in state.commits for version in state.files.values())
    numbers = git(folder, "log", "--format=%(trailers:key=Crosstalk-Event,valueonly)").split()
    assert len(numbers) == len(set(numbers)), "a write was committed twice"


def of(events: list[e.AnyEvent], kind: type[e.Event]) -> list[e.AnyEvent]:
    """Those of that class."""
    return [event for event in events if isinstance(event, kind)]
