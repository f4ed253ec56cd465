"""A disk that is full, for real: a small one of its own, in which a session's recorder writes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workspaces.history import events as e
from workspaces.history.reader import load

SCRIPT = """
import sys
from pathlib import Path
from agents.runtime.recorder import Recorder
from agents.runtime.standstill import Standstill
from tests.tui.histories import Story
from workspaces.history import events as e
from workspaces.history.writer import HistoryWriter

disk = Path(sys.argv[1])
Story(disk / "history.jsonl", agents=1).close()
filler = disk / "filler"
filler.write_bytes(b"x" * 300_000)
waits = []

class Waiting(Standstill):
    def wait(self, seconds):
        waits.append(seconds)
        assert "disk is full" in self.reason
        look()

def look():
    assert recorder.state.paused
    assert "disk is full" in (disk / "history.jsonl").read_text().splitlines()[-1]
    if len(waits) == 3:
        filler.unlink()

with HistoryWriter(disk / "history.jsonl", lambda: 1.0) as writer:
    recorder = Recorder(writer, Waiting())
    for number in range(400):
        recorder.record(e.Warned(text=f"{number} " + "y" * 2500))
    assert len(waits) >= 3, waits
    assert not recorder.state.paused
    assert not recorder.standstill.reason
(Path(sys.argv[2])).write_bytes((disk / "history.jsonl").read_bytes())
assert not list(disk.glob(".*reserve"))
"""


needs_bubblewrap = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="no bubblewrap to make a small disk with"
)

STANDING_STILL = """
import asyncio, os, subprocess, sys, time
from pathlib import Path

disk = Path(sys.argv[1])
(disk / "run").mkdir()
os.environ |= {"XDG_RUNTIME_DIR": str(disk / "run"), "HOME": str(disk)}

from agents.runtime import control
from workspaces.errors import CrosstalkError

session = disk / "session"
words = "run math/p0.5 -n 4 --headless --unconfined --clock wall --seed 1 --out".split()
team = subprocess.Popen([sys.executable, "-m", "tui", *words, str(session)])
history = session / "history.jsonl"
until = time.monotonic() + 60

def soon():
    time.sleep(0.01)
    return team.poll() is None and time.monotonic() < until

while not history.exists() or b"turn-started" not in history.read_bytes():
    assert soon()
filler = (disk / "filler").open("wb", buffering=0)
size = 1 << 16
while size:
    try:
        filler.write(b"x" * size)
    except OSError:
        size //= 2
while b"disk is full" not in history.read_bytes().splitlines()[-1]:
    assert soon()

async def person():
    client = await control.connect(session)
    assert int(await client.send("ping")) > 0
    try:
        await client.send("pause")
    except CrosstalkError as refused:
        assert "disk is full" in refused.cause
    else:
        raise AssertionError("it did not refuse")
    if sys.argv[3] == "stop":
        assert await client.send("stop") == ""
    else:
        team.terminate()

asyncio.run(person())
assert team.wait(60) == 130
Path(sys.argv[2]).write_bytes(history.read_bytes())
"""


def on_a_small_disk(script: str, tmp_path: Path, size: int, *words: str) -> list[e.AnyEvent]:
    """The history that a script leaves which is run with a disk of so many bytes."""
    root = Path(__file__).parent.parent.parent
    small = ("--size", str(size), "--tmpfs", "/mnt")
    binds = ("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")
    binds = (*binds, "--bind", str(tmp_path), str(tmp_path), *small)
    copy = str(tmp_path / "copy.jsonl")
    done = subprocess.run(
        ["bwrap", *binds, sys.executable, "-c", script, "/mnt", copy, *words],
        cwd=root,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    events, damage = load(tmp_path / "copy.jsonl")
    assert damage is None
    return events


@needs_bubblewrap
def test_it_waits_for_room_and_loses_nothing(tmp_path: Path) -> None:
    events = on_a_small_disk(SCRIPT, tmp_path, 1_200_000)
    told = [event.text.split()[0] for event in events if isinstance(event, e.Warned)]
    assert told == [str(number) for number in range(400)]
    [paused] = [event for event in events if isinstance(event, e.SessionPaused)]
    assert "full" in paused.reason
    assert sum(isinstance(event, e.SessionContinued) for event in events) == 1


@needs_bubblewrap
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["stop", "signal"])
def test_a_session_that_stands_still_answers_and_can_be_stopped(tmp_path: Path, how: str) -> None:
    events = on_a_small_disk(STANDING_STILL, tmp_path, 60_000_000, how)
    assert any(isinstance(event, e.SessionPaused) for event in events)
    if isinstance(events[-1], e.SessionEnded):  # there was room left to say so
        assert events[-1].reason == "interrupted"
