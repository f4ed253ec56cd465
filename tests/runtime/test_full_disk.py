"""A disk that is full, for real: a small one of its own, in which a session's recorder writes."""

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
from tests.tui.histories import Story
from workspaces.history import events as e
from workspaces.history.writer import HistoryWriter

disk = Path(sys.argv[1])
Story(disk / "history.jsonl", agents=1).close()
filler = disk / "filler"
filler.write_bytes(b"x" * 300_000)
waits = []

def wait(seconds):
    waits.append(seconds)
    assert recorder.state.paused
    assert "disk is full" in (disk / "history.jsonl").read_text().splitlines()[-1]
    if len(waits) == 3:
        filler.unlink()

with HistoryWriter(disk / "history.jsonl", lambda: 1.0) as writer:
    recorder = Recorder(writer, wait)
    for number in range(400):
        recorder.record(e.Warned(text=f"{number} " + "y" * 2500))
    assert len(waits) >= 3, waits
    assert not recorder.state.paused
(Path(sys.argv[2])).write_bytes((disk / "history.jsonl").read_bytes())
assert not list(disk.glob(".*reserve"))
"""


@pytest.mark.skipif(not shutil.which("bwrap"), reason="no bubblewrap to make a small disk with")
def test_it_waits_for_room_and_loses_nothing(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent.parent
    small = ("--size", "1200000", "--tmpfs", "/mnt")
    binds = ("--ro-bind", "/", "/", "--dev", "/dev", "--bind", str(tmp_path), str(tmp_path), *small)
    done = subprocess.run(
        ["bwrap", *binds, sys.executable, "-c", SCRIPT, "/mnt", str(tmp_path / "copy.jsonl")],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    events, damage = load(tmp_path / "copy.jsonl")
    assert damage is None
    told = [event.text.split()[0] for event in events if isinstance(event, e.Warned)]
    assert told == [str(number) for number in range(400)]
    [paused] = [event for event in events if isinstance(event, e.SessionPaused)]
    assert "full" in paused.reason
    assert sum(isinstance(event, e.SessionContinued) for event in events) == 1
