"""Scripts that agents run: confined, bounded, on a copy, beside the team."""

import os
import socket
from pathlib import Path

import pytest

from agents.runtime.testing import TestRunner
from tests.runtime.suites import assert_sound
from tests.runtime.teams import play
from workspaces.history import events as e
from workspaces.history.state import fold

asynchronous = pytest.mark.asyncio(loop_scope="module")


@asynchronous
async def test_a_script_runs_as_python_would_run_it(runner: TestRunner) -> None:
    files = {
        "one.py": "def one():\n    return 1\n",
        "try/it.py": "",
        "main.py": "import sys\nfrom one import one\nprint(one(), __name__, sys.argv)\n"
        "if __name__ == '__main__':\n    raise SystemExit(3)\n",
    }
    ran = await runner.run_script(files, "main.py")
    assert (ran.returncode, ran.output) == (3, "1 __main__ ['main.py']\n")
    failing = await runner.run_script({"main.py": "def f():\n    return 1 / 0\nf()\n"}, "main.py")
    assert failing.returncode == 1
    assert 'File "main.py", line 2, in f' in failing.output
    assert "runpy" not in failing.output
    assert "ZeroDivisionError" in failing.output
    assert (await runner.run_script({"m.py": "raise SystemExit('no')"}, "m.py")).output == "no\n"
    assert (await runner.run_script({"m.py": "import os\nos._exit(5)"}, "m.py")).returncode == 5
    await assert_sound(runner)


@asynchronous
async def test_a_script_reaches_nothing(runner: TestRunner, tmp_path: Path) -> None:
    """No network and no file of the machine, where the machine can confine."""
    target = tmp_path / "left"
    with socket.create_server(("127.0.0.1", 0)) as server:
        tries = (
            "import socket\n"
            f"try:\n    open({str(target)!r}, 'w').write('x'); print('wrote')\n"
            "except OSError:\n    print('refused')\n"
            f"try:\n    socket.create_connection({server.getsockname()!r}, 2); print('met')\n"
            "except OSError:\n    print('no network')\n"
        )
        ran = await runner.run_script({"main.py": tries}, "main.py")
    confined = runner.confinement is not None and runner.confinement.confines
    assert ran.output == ("refused\nno network\n" if confined else "wrote\nmet\n")
    assert target.exists() != confined
    await assert_sound(runner)


@asynchronous
async def test_a_script_is_stopped_in_time(hasty: TestRunner) -> None:
    ran = await hasty.run_script({"m.py": "print('hi', flush=True)\nwhile True: pass\n"}, "m.py")
    assert ran.returncode == 124
    assert ran.output.startswith("hi\nStopped: ")
    hungry = await hasty.run_script({"m.py": "x = bytearray(1 << 34)"}, "m.py")
    assert hungry.returncode == 1
    assert "MemoryError" in hungry.output
    loud = await hasty.run_script({"m.py": "print('x' * 10_000_000)"}, "m.py")
    assert loud.returncode == 0
    assert len(loud.output) < 20_000
    await assert_sound(hasty)


def test_an_agent_runs_a_script_on_a_copy(tmp_path: Path) -> None:
    write = "open('made.txt', 'w').write('x'); open('one.py', 'w').write('gone'); print('ran')"
    events = play(
        tmp_path / "s",
        {
            "a": [
                f'<write_file path="one.py">x = 1</write_file>'
                f'<write_file path="go.py">{write}</write_file><run_script path="go.py"/>'
                '<run_script path="no.py"/><run_script path="../x.py"/><run_script path="a.txt"/>',
                "",
            ]
        },
        rounds=2,
    )
    started, ended = (
        event for event in events if isinstance(event, e.ScriptStarted | e.ScriptEnded)
    )
    assert isinstance(ended, e.ScriptEnded)
    assert (started.run, ended.returncode, ended.output) == (1, 0, "ran\n")
    assert not os.path.exists(tmp_path / "s" / "workspace" / "made.txt")
    assert (tmp_path / "s" / "workspace" / "one.py").read_text() == "x = 1\n"
    refusals = [event.code for event in events if isinstance(event, e.ActionRefused)]
    assert refusals == ["missing", "path", "script"]
    state = fold(events)
    second = [event for event in events if isinstance(event, e.TurnStarted)][1]
    told = state.blobs[second.prompts[-1].digest]
    assert "run_script go.py: exit status 0. It ran on a copy; what it changed is dropped." in told
