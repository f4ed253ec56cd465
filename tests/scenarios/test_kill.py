"""`kill -9` in the middle of a session: what was written stands, opens and agrees with git."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.scenarios.crosstalk import COMMAND, environment
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import fold

WHOLE = 400_000
"""About the size of the history of the session below, in bytes."""


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_session_opens_again(tmp_path: Path, seed: int) -> None:
    out = tmp_path / "s"
    history = out / "history.jsonl"
    when = random.Random(seed).randrange(1, WHOLE)
    session = _start(tmp_path, out, seed)
    seen = _watch_until(session, history, when)
    session.send_signal(signal.SIGKILL)
    session.wait()

    events, _ = load(out)
    whole = seen[: seen.rfind(b"\n") + 1]
    assert history.read_bytes().startswith(whole)
    assert len(events) >= whole.count(b"\n")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    state = fold(events)
    _disk_holds_recorded_versions(out / "workspace", events)
    checked = subprocess.run(
        ["git", "-C", str(out / "workspace"), "fsck", "--no-dangling"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert checked.returncode == 0, checked.stderr
    for commit in state.commits.values():
        kind = subprocess.run(
            ["git", "-C", str(out / "workspace"), "cat-file", "-t", commit],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert kind.stdout == "commit\n"


def test_sigterm_ends_a_session_as_interrupted(tmp_path: Path) -> None:
    out = tmp_path / "s"
    session = _start(tmp_path, out, 1)
    _watch_until(session, out / "history.jsonl", 100_000)
    session.send_signal(signal.SIGTERM)
    assert session.wait(timeout=60) == 130
    events, damage = load(out)
    assert damage is None
    last = events[-1]
    assert isinstance(last, e.SessionEnded)
    assert (last.reason, last.success) == ("interrupted", False)


def _start(home: Path, out: Path, seed: int) -> "subprocess.Popen[bytes]":
    arguments = ["run", "math/p0.5", "--headless", "--seed", str(seed), "--out", str(out)]
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )


def _watch_until(session: "subprocess.Popen[bytes]", history: Path, size: int) -> bytes:
    """The history once it has that size, or once the session is over."""
    while session.poll() is None:
        if history.exists() and history.stat().st_size >= size:
            break
        time.sleep(0.002)  # polling a file that another process writes
    return history.read_bytes()


def _disk_holds_recorded_versions(workspace: Path, events: list[e.AnyEvent]) -> None:
    known: dict[str, set[str]] = {}
    blobs: dict[str, str] = {}
    for event in events:
        if isinstance(event, e.Blob):
            blobs[event.digest] = event.text
        elif isinstance(event, e.FileWritten):
            known.setdefault(event.path, set()).add(blobs[event.blob])
    for path in workspace.iterdir():
        if path.is_file():
            assert path.read_text() in known[path.name]
