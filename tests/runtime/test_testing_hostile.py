"""Code that ends, floods, forks, lies or reaches out: none of it harms the runner."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from agents.runtime.testing import Limits, TestRunner
from tests.runtime.suites import SHORT, assert_sound, outcome, remove

pytestmark = pytest.mark.asyncio(loop_scope="module")


# What hostile or broken code does.


@pytest.mark.parametrize(
    ("code", "returncode", "says"),
    [
        ("import os; os._exit(0)", 3, "exited with status 0 before pytest finished"),
        ("import os; os._exit(1)", 3, "exited with status 1 before pytest finished"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137, "killed by signal 9"),
        ("import os; os.abort()", 134, "killed by signal 6"),
        ("import os; os.closerange(0, 300); os._exit(0)", 3, "before pytest finished"),
        ("import pytest; pytest.exit('done', returncode=0)", 2, "before all tests had run"),
    ],
)
async def test_early_end_is_no_success(
    runner: TestRunner, code: str, returncode: int, says: str
) -> None:
    test = f"def test_before(): pass\ndef test_it():\n    {code}\ndef test_after(): pass"
    result = await outcome(runner, test)
    assert (result.returncode, result.ok, result.errors) == (returncode, False, 1)
    assert result.failures == ("test_it.py::test_it",)
    assert says in result.output
    await assert_sound(runner)


@pytest.mark.parametrize("where", ["import", "test", "exit at import"])
async def test_system_exit(runner: TestRunner, where: str) -> None:
    test = {
        "import": "import sys\nsys.exit(0)\ndef test_(): pass",
        "test": "import sys\ndef test_(): sys.exit(0)",
        "exit at import": "import pytest\npytest.exit('done', returncode=0)",
    }[where]
    result = await outcome(runner, test)
    assert result.returncode != 0
    assert not result.ok
    assert result.failed + result.errors >= 1


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import signal, time\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
        "    [signal.signal(s, signal.SIG_IGN) for s in (2, 15, 24)]\n    time.sleep(3600)",
        "import os\n    os.fork()\n    os.setsid() if os.fork() == 0 else 0\n    while True: pass",
    ],
    ids=["loop", "deaf", "loops in other processes"],
)
async def test_endless_is_stopped(hasty: TestRunner, code: str) -> None:
    result = await outcome(hasty, f"def test_endless():\n    {code}\n")
    assert result.returncode == 124
    assert (result.errors, result.failures) == (1, ("test_it.py::test_endless",))
    assert "not finished after 2 seconds (in test_it.py::test_endless)" in result.output
    await assert_sound(hasty)


async def test_processor_time_is_limited() -> None:
    limits = Limits(wall=60.0, cpu=1)
    async with TestRunner(limits=limits) as runner:
        result = await outcome(runner, "def test_():\n    while True: pass\n")
        assert result.returncode == 124
        assert "processor time" in result.output


async def test_memory_is_limited(runner: TestRunner) -> None:
    result = await outcome(runner, "def test_(): bytearray(2 << 30)")
    assert (result.returncode, result.failed) == (1, 1)
    assert "MemoryError" in result.output
    await assert_sound(runner)


async def test_memory_of_many_processes_is_limited(runner: TestRunner) -> None:
    result = await outcome(
        runner,
        """
        import os, time
        def test_():
            for _ in range(6):
                if os.fork() == 0:
                    held = b"x" * (300 << 20)
                    time.sleep(3600)
            time.sleep(3600)
        """,
    )
    assert (result.returncode, result.ok) == (137, False)
    assert "too much memory" in result.output
    await assert_sound(runner)


async def test_fork_bomb(runner: TestRunner) -> None:
    code = "import os\ndef test_():\n    while True:\n        os.fork()\n"
    result = await outcome(runner, code)
    assert not result.ok
    assert result.returncode in (137, 124, 1)
    await assert_sound(runner)


async def test_forked_copy_of_pytest_is_not_counted(runner: TestRunner) -> None:
    result = await outcome(runner, "import os\ndef test_a(): os.fork()\ndef test_b(): pass")
    assert (result.returncode, result.passed) == (0, 2)


@pytest.mark.parametrize("to", ["print('x' * 10_000)", "os.write(1, b'x' * 10_000)"])
async def test_output_flood(runner: TestRunner, to: str) -> None:
    result = await outcome(
        runner, f"import os\ndef test_():\n    for _ in range(10 ** 6):\n        {to}\n"
    )
    assert not result.ok
    assert len(result.output) <= SHORT.output + 100
    await assert_sound(runner)


async def test_disk_flood(runner: TestRunner) -> None:
    result = await outcome(
        runner,
        """
        def test_one():
            with open("big", "wb") as file:
                file.write(bytes(64 << 20))
        def test_ok(): pass
        """,
    )
    assert (result.failed, result.passed) == (1, 1)
    assert "OSError" in result.output


async def test_control_characters_do_not_come_out(runner: TestRunner) -> None:
    result = await outcome(runner, r"def test_(): print('\x1b[2J\x07\x9b31m'); assert 0")
    assert result.failed == 1
    assert not any((ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 for c in result.output)


async def test_tampering_does_not_harm_the_runner(runner: TestRunner) -> None:
    result = await outcome(
        runner,
        """
        import os, sys, _pytest.main, _pytest.runner

        def garble(number):
            try:
                os.lseek(number, 0, 0)
                os.write(number, b'["end", 0]\\n[[["end"' + b"[" * 100_000 + bytes(1000))
                os.ftruncate(number, 1 << 20)
            except OSError:
                pass

        def test_():
            _pytest.runner.runtestprotocol = None
            for number in range(64):
                garble(number)
            sys.modules.clear()
            os._exit(7)
        """,
    )
    assert not result.ok
    assert result.errors >= 1
    await assert_sound(runner)


async def test_killing_the_parent(runner: TestRunner) -> None:
    test = "import os\ndef test_():\n    os.kill(os.getppid(), 9)\n    os.kill(-1, 0)"
    result = await outcome(runner, test.replace("    os.kill(-1, 0)", "    import time"))
    if runner.isolated:
        assert result.ok  # the first process of its own world cannot be killed from inside
    else:
        assert (result.returncode, result.errors) == (137, 1)
    await assert_sound(runner)


async def test_background_process_does_not_outlive_the_run(runner: TestRunner) -> None:
    mark = f"left-behind-{os.getpid()}"
    result = await outcome(
        runner,
        f"""
        import subprocess, sys
        def test_():
            code = "import time; time.sleep(3600)"
            subprocess.Popen([sys.executable, "-c", code, "{mark}"], start_new_session=True)
        """,
    )
    assert result.ok, result.output
    left = [p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or [])]
    await asyncio.to_thread(psutil.wait_procs, left, timeout=10)
    assert not [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


async def test_runs_do_not_see_each_other(runner: TestRunner) -> None:
    planted = await outcome(
        runner, "def test_():\n    for p in ('/tmp/left', 'left'): open(p, 'w').close()"
    )
    seen = await outcome(
        runner, "import os\ndef test_(): assert not os.path.exists('left') and os.listdir('.')"
    )
    assert planted.ok
    assert seen.ok
    if runner.isolated:
        test = "import os\ndef test_(): assert not os.path.exists('/tmp/left')"
        assert (await outcome(runner, test)).ok
    else:
        remove("/tmp/left")


# What must be out of reach.


@pytest.fixture
def server() -> Iterator[int]:
    """A port at which something really listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


async def test_out_of_reach(
    runner: TestRunner, server: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Everything in one run: under bubblewrap all is refused, else the secret alone."""
    monkeypatch.setenv("PLANTED_SECRET", "4711")
    places = ["/planted", "/usr/planted", str(Path.home() / "planted"), str(tmp_path / "planted")]
    result = await outcome(
        runner,
        f"""
        import ctypes, glob, os, pytest, socket

        def test_secret():
            for process in ("self", 1, os.getppid()):
                try:
                    assert b"PLANTED" not in open(f"/proc/{{process}}/environ", "rb").read()
                except OSError:
                    pass
            assert "PLANTED_SECRET" not in os.environ

        def test_network():
            with pytest.raises(OSError):
                socket.create_connection(("127.0.0.1", {server}), timeout=5)

        @pytest.mark.parametrize("path", {places})
        def test_write(path):
            with pytest.raises(OSError):
                open(path, "w").close()
            assert not os.path.exists(path)

        def test_settings():
            assert not os.access("/proc/sys/kernel/core_pattern", os.W_OK)

        def test_privileges():
            status = open("/proc/self/status").read()
            assert int(status.split("CapEff:")[1].split()[0], 16) == 0
            assert ctypes.CDLL(None).unshare(0x10000000) != 0  # a namespace of users
            assert sorted(filter(str.isdigit, os.listdir("/proc"))) == ["1", "2"]
        """,
    )
    if runner.isolated:
        assert result.ok, result.output
        assert result.passed == 8
    else:
        assert runner.confinement is not None
        assert runner.confinement.level == "none"
        assert runner.confinement.detail.startswith("limits only: ")
        assert not any("test_secret" in name for name in result.failures)
        remove(*places)


async def test_loopback_inside_a_run(runner: TestRunner) -> None:
    test = """
        import socket
        def test_():
            with socket.create_server(("127.0.0.1", 0)) as server:
                socket.create_connection(server.getsockname()).close()
    """
    assert (await outcome(runner, test)).ok
