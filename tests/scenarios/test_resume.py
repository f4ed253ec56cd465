"""Sessions that are killed at any point, and gone on with: nothing acknowledged is lost, every
file opens, and every resumed session ends as a whole one.

`CROSSTALK_KILLS` sets how often (default 2; 200 by `make test-long`).
"""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.scenarios.crosstalk import COMMAND, crosstalk, environment
from workspaces.history import events as e
from workspaces.history.clocks import Clocks
from workspaces.history.reader import load
from workspaces.history.state import State, fold

FEW = int(os.environ.get("CROSSTALK_KILLS", "2"))
MANY = int(os.environ.get("CROSSTALK_KILLS", "200"))
PATIENCE = 250.0
"""Seconds after which a session is stuck, and not only on a busy machine."""
CONTROLS = ("none", "optimistic", "leases", "worktrees")


def start(
    home: Path, out: Path, control: str, seed: int, team: str = "decentralized"
) -> "subprocess.Popen[bytes]":
    """A busy session, in a process group of its own."""
    words = ("run", "math/p0.5", "-n", "4", "--headless", "--control", control, "--team", team)
    return subprocess.Popen(
        [*COMMAND, *words, "--seed", str(seed), "--out", str(out)],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGHUP, signal.SIG_DFL
        ),  # else `nohup` is inherited
    )


def lines(path: Path) -> list[bytes]:
    """The whole lines of a history: each was on its way to the disk before anybody acted on it."""
    try:
        return path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def kill_at(process: "subprocess.Popen[bytes]", history: Path, count: int) -> list[bytes]:
    """Kill the session once it has recorded so many events; what was acknowledged by then."""
    until = time.monotonic() + PATIENCE
    while len(seen := lines(history)) < count and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return seen


def is_whole(folder: Path, acknowledged: list[bytes]) -> State:
    """Check that a session which was gone on with is as one that was never cut off."""
    after = lines(folder / "history.jsonl")
    assert after[: len(acknowledged)] == acknowledged
    events, damage = load(folder)
    assert damage is None
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.t for event in events] == sorted(event.t for event in events)
    clocks = Clocks()
    for event in events:
        assert clocks.clocked(event).clock == event.clock
        clocks.follow(event)
    state = fold(events)
    assert state.ended
    assert state.ended.reason in ("done", "round-limit"), state.ended
    root = folder / "workspace"
    for path in state.paths():
        version = state.latest(path)
        assert version
        text = state.text(version.blob)
        assert (root / path).read_text() == text
        assert version.seq in state.commits

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
        return done.stdout

    git("fsck", "--strict")
    assert git("status", "--porcelain") == ""
    tree = dict(line.split("\t")[::-1] for line in git("ls-tree", "-r", "main").splitlines())
    held = {path: state.files[path][-1].blob for path in state.paths()}
    assert {path: entry.split()[2] for path, entry in tree.items()} == held
    return state


def kill_and_resume(tmp_path: Path, control: str, kills: list[int], seed: int) -> State:
    """A session that is killed at each of these counts of events, and gone on with each time."""
    out = tmp_path / "session"
    process = start(tmp_path, out, control, seed)
    acknowledged: list[bytes] = []
    for count in kills:
        acknowledged = kill_at(process, out / "history.jsonl", count)
        torn = (out / "history.jsonl").read_bytes().split(b"\n")
        assert torn[: len(acknowledged)] == acknowledged
        events, damage = load(out)  # it opens as it is
        assert damage is None or "cut off" in str(damage)
        if isinstance(events[-1], e.SessionEnded):
            return is_whole(out, acknowledged)
        process = subprocess.Popen(
            [*COMMAND, "resume", str(out), "--headless"],
            env=environment(tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, 1), told.decode()
    return is_whole(out, acknowledged)


def begun(rng: random.Random) -> int:
    """A count of events at which the session has begun: some 30 are its beginning."""
    return rng.randrange(32, 900)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(FEW))
def test_killed_at_any_point(tmp_path: Path, number: int) -> None:
    rng = random.Random(f"few {number}")
    control = CONTROLS[(number + 2) % len(CONTROLS)]  # the plainest are killed below, and again
    state = kill_and_resume(tmp_path, control, [begun(rng)], number)
    assert state.done()


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(MANY))
def test_killed_at_many_points(tmp_path: Path, number: int) -> None:
    rng = random.Random(f"many {number}")
    control = CONTROLS[number % len(CONTROLS)]
    assert kill_and_resume(tmp_path, control, [begun(rng)], number)


@pytest.mark.timeout(300)
def test_killed_again_and_again(tmp_path: Path) -> None:
    kill_and_resume(tmp_path, "none", [60, 120, 180, 400], 3)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGKILL], ids=["terminal", "reboot"])
def test_a_closed_terminal_or_a_reboot(tmp_path: Path, how: signal.Signals) -> None:
    """A hangup, or the end of all processes at once and of what lay in memory."""
    out = tmp_path / "session"
    process = start(tmp_path, out, "none", 5, "preassigned")
    until = time.monotonic() + PATIENCE
    while len(acknowledged := lines(out / "history.jsonl")) < 90:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.002)
    os.killpg(process.pid, how)
    process.wait()
    shutil.rmtree(environment(tmp_path)["XDG_RUNTIME_DIR"])
    done = crosstalk("resume", str(out), "--headless", home=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    is_whole(out, acknowledged)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that was stopped after its first round."""
    home = tmp_path_factory.mktemp("stopped")
    out = home / "session"
    process = start(home, out, "none", 2, "preassigned")
    while not any(b'"round-ended"' in line for line in lines(out / "history.jsonl")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.wait()
    assert process.returncode == 130
    return out


@pytest.fixture
def interrupted(stopped: Path, tmp_path: Path) -> Path:
    """A copy of its own of that session."""
    return Path(shutil.copytree(stopped, tmp_path / "session"))


def test_an_interrupted_one_goes_on_and_is_then_over(tmp_path: Path, interrupted: Path) -> None:
    out = interrupted
    done = crosstalk("resume", str(out), "--headless", "--json", home=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["tasks"] == 20
    events, _ = load(out)
    kinds = [type(event) for event in events]
    assert kinds.count(e.SessionEnded) == 2
    assert kinds.count(e.SessionResumed) == 1
    again = crosstalk("resume", str(out), "--headless", home=tmp_path)
    assert again.returncode == 2
    assert "is over" in again.stderr


def test_a_packed_one_goes_on(tmp_path: Path, interrupted: Path) -> None:
    out = interrupted
    packed = tmp_path / "sent.crosstalk"
    done = crosstalk("export", str(out), "--to", "pack", "-o", str(packed), home=tmp_path)
    assert done.returncode == 0, done.stderr
    done = crosstalk("resume", str(packed), "--headless", home=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    before, _ = load(out)
    is_whole(tmp_path / "sent", lines(out / "history.jsonl"))
    after, _ = load(tmp_path / "sent")
    assert after[: len(before)] == before


def test_what_changed_meanwhile_is_outside(tmp_path: Path, interrupted: Path) -> None:
    out = interrupted
    events, _ = load(out)
    path = next(x.path for x in events if isinstance(x, e.FileWritten) and x.agent != e.SESSION)
    (out / "workspace" / path).write_text("# by hand\n")
    done = crosstalk("resume", str(out), "--headless", home=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    events, _ = load(out)
    assert any(isinstance(x, e.OutsideWrite) and x.path == path for x in events)
    is_whole(out, [])


@pytest.mark.parametrize(("arguments", "said"), [(["nowhere"], "nowhere"), ([], "crosstalk run")])
def test_nothing_to_go_on_with(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = crosstalk("resume", *arguments, "--headless", home=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_one_that_had_not_begun(tmp_path: Path, interrupted: Path) -> None:
    out = interrupted
    history = out / "history.jsonl"
    history.write_bytes(b"\n".join(lines(history)[:5]) + b"\n")
    done = crosstalk("resume", str(out), "--headless", home=tmp_path)
    assert done.returncode == 2
    assert "had not begun" in done.stderr
