"""The real program in a real terminal, as a person uses it."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.crosstalk import COMMAND, crosstalk, environment, headless
from tests.scenarios.terminal import Terminal
from workspaces.history import events as e
from workspaces.history.reader import load


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A user's folder; teams still at work in it are stopped afterwards."""
    yield tmp_path
    stop_all(tmp_path)


def stop_all(home: Path) -> None:
    """End every session that runs in `home`."""
    script = (
        "import asyncio\n"
        "from agents.runtime import control\n"
        "async def main():\n"
        "    for session in control.running():\n"
        "        client = await control.connect(session)\n"
        "        await client.send('stop')\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([COMMAND[0], "-c", script], env=environment(home), check=True, timeout=60)


def start(home: Path, out: Path, columns: int = 120, lines: int = 40) -> Terminal:
    arguments = ["run", "math/p0.5", "-n", "4", "--seed", "3", "--out", str(out)]
    return Terminal([*COMMAND, *arguments], environment(home), columns, lines)


def test_a_session_from_start_to_attach(home: Path) -> None:
    """Start, see the panes fill, open a finding, close it, pause, quit: the team goes on; attach
    and stop it."""
    out = home / "s"
    with start(home, out) as terminal:
        terminal.wait_for("simulated models")
        terminal.wait_for("agent-4")
        terminal.wait_for("claimed task-")
        terminal.wait_for(r"wrote \w+\.py v1")
        terminal.wait_for(r"concurrent-write|overwrite")
        terminal.press("]")
        terminal.wait_for("What happened")
        terminal.wait_for(r"agent-\d  v\d")
        terminal.press("escape")
        terminal.wait_for(lambda text: "What happened" not in text)
        terminal.press(" ")
        terminal.wait_for("paused")
        terminal.press(" ")
        terminal.wait_for("running")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert "crosstalk attach" in terminal.text()
    before = len(load(out)[0])
    attach = [*COMMAND, "attach"]
    with Terminal(attach, environment(home), 80, 24) as terminal:
        terminal.wait_for("agent-1")
        terminal.wait_for("running")
        assert len(load(out)[0]) > before
        stop_all(home)
        terminal.wait_for("ended|stopped|interrupted")
        terminal.press("ctrl+q")
        assert terminal.wait() == 1
        assert "interrupted" in terminal.text()
    last = load(out)[0][-1]
    assert isinstance(last, e.SessionEnded)
    assert last.reason == "interrupted"


def test_closing_the_terminal_leaves_the_team_running(home: Path) -> None:
    out = home / "s"
    with start(home, out) as terminal:
        terminal.wait_for("agent-1")
    seen = len(load(out)[0])
    with Terminal([*COMMAND, "attach", str(out)], environment(home)) as terminal:
        terminal.wait_for("running")
        terminal.wait_for(lambda _: len(load(out)[0]) > seen)


def test_a_screen_that_stands_still_holds_nobody_up(home: Path) -> None:
    """With the screen's process stopped and its terminal full, the team goes on."""
    out = home / "s"
    with start(home, out) as terminal:
        terminal.wait_for("agent-1")
        terminal.process.send_signal(signal.SIGSTOP)
        try:
            seen = sum(isinstance(ev, e.ReplyEnded) for ev in load(out)[0])
            terminal.wait_for(
                lambda _: sum(isinstance(ev, e.ReplyEnded) for ev in load(out)[0]) >= seen + 4
            )
        finally:
            terminal.process.send_signal(signal.SIGCONT)
        terminal.wait_for("running")


def test_an_edit_from_another_terminal_is_named(home: Path) -> None:
    out = home / "s"
    with start(home, out) as terminal:
        terminal.wait_for(r"wrote \w+\.py v1")
        written = next(ev.path for ev in load(out)[0] if isinstance(ev, e.FileWritten) and ev.turn)
        (out / "workspace" / written).write_text("# mine now\n")
        terminal.wait_for("outside")
    [outside] = [ev for ev in load(out)[0] if isinstance(ev, e.OutsideWrite)][:1]
    assert outside.path == written


def test_replay_shows_the_finished_session(home: Path) -> None:
    headless(home, home / "s", "--seed", "4", "--team", "preassigned")
    command = [*COMMAND, "replay", str(home / "s"), "--speed", "64"]
    with Terminal(command, environment(home)) as terminal:
        terminal.wait_for("replay")
        terminal.wait_for("20/20")
        terminal.resize(80, 24)
        terminal.wait_for("agent-1")
        terminal.resize(200, 60)
        terminal.wait_for("agent-4")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0


def test_two_screens_at_once(home: Path) -> None:
    out = home / "s"
    with start(home, out) as one:
        one.wait_for("running")
        with Terminal([*COMMAND, "attach"], environment(home), 80, 24) as other:
            other.wait_for("running")
            one.press(" ")
            one.wait_for("paused")
            other.wait_for("paused")


def test_run_detached(home: Path) -> None:
    done = crosstalk("run", "math/p0.9", "--detach", "--out", str(home / "s"), home=home)
    assert done.returncode == 0
    assert done.stdout.strip() == str(home / "s")
    [row] = json.loads(crosstalk("list", "--json", home=home).stdout)
    assert row["status"] == "running"
