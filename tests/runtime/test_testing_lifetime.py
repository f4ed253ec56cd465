"""The worker's life: replaced when it is killed, and gone with its session, however that ends."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from agents.runtime import clock
from agents.runtime.confinement import Confinement
from agents.runtime.testing import TestOutcome, TestRunner
from tests.runtime.suites import (
    GOOD,
    HASTY,
    SHORT,
    assert_sound,
    confinements,
    existing,
    outcome,
    until,
)

LEVELS = pytest.mark.parametrize("confinement", confinements(), ids=lambda c: c.level)


def running(worker: int) -> int:
    """How many processes a worker has."""
    return len(psutil.Process(worker).children(recursive=True))


@LEVELS
async def test_killed_worker_is_replaced(confinement: Confinement) -> None:
    async with TestRunner(confinement=confinement, limits=SHORT) as runner:
        await runner.start()
        worker = runner.worker_pid
        assert worker is not None
        idle = running(worker)
        slow = asyncio.ensure_future(outcome(runner, "import time\ndef test_(): time.sleep(0.3)"))
        await until(lambda: running(worker) > idle)
        for process in [psutil.Process(worker), *psutil.Process(worker).children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        result = await slow
        assert result.ok
        assert runner.started_runs == 2
        assert runner.worker_pid != worker
        await assert_sound(runner)


@pytest.mark.parametrize("program", ["/bin/false", "/bin/echo", "/nowhere/bwrap"])
async def test_worker_that_cannot_start_is_an_outcome(program: str) -> None:
    nowhere = Confinement(level="bubblewrap", detail="", program=program)
    async with TestRunner(confinement=nowhere) as runner:
        result = await runner.run(GOOD, ["test_mean.py"])
        assert (result.returncode, result.errors, result.ok) == (3, 1, False)
        assert "could not be run" in result.output


@LEVELS
async def test_close_ends_everything(confinement: Confinement) -> None:
    runner = TestRunner(confinement=confinement)
    await runner.start()
    assert runner.worker_pid is not None
    worker = psutil.Process(runner.worker_pid)
    idle = running(worker.pid)
    endless = asyncio.ensure_future(outcome(runner, "def test_():\n    while True: pass"))
    await until(lambda: running(worker.pid) > idle)
    family = [worker, *worker.children(recursive=True)]
    folders = folders_of(family)
    await runner.aclose()
    with pytest.raises(asyncio.CancelledError):
        await endless
    gone, alive = await asyncio.to_thread(psutil.wait_procs, family, timeout=10)
    assert not alive
    assert len(gone) == len(family)
    assert not existing(folders)
    with pytest.raises(RuntimeError, match="closed"):
        await runner.run(GOOD, [])
    await runner.aclose()


def folders_of(processes: list[psutil.Process]) -> list[str]:
    """The temporary folders that workers without bubblewrap were given."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            found.append(process.environ().get("TMPDIR", ""))
    return [folder for folder in found if "crosstalk-tests-" in folder]


@LEVELS
async def test_killed_session_leaves_nothing(confinement: Confinement) -> None:
    code = f"""
import asyncio
from agents.runtime.confinement import Confinement
from agents.runtime.testing import TestRunner

async def main():
    runner = TestRunner(confinement={confinement!r})
    await runner.start()
    print(runner.worker_pid, flush=True)
    await runner.run({{"test_it.py": "def test_():\\n    while True: pass"}}, ["test_it.py"])

asyncio.run(main())
"""
    session = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert session.stdout is not None
    worker = psutil.Process(int(await session.stdout.readline()))
    family = [worker, *worker.children(recursive=True)]
    folders = folders_of(family)
    assert bool(folders) == (confinement.level == "none")
    session.kill()
    await session.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, family, timeout=20)
    assert not alive
    assert not existing(folders)


def test_on_virtual_time() -> None:
    """Under a clock that jumps, only the worker's own time counts."""

    async def session(time: clock.Clock) -> tuple[TestOutcome, TestOutcome]:
        async with TestRunner(limits=HASTY) as runner:
            good = await time.work(runner.run(GOOD, ["test_mean.py"]))
            test = {"test_it.py": "def test_():\n    while True: pass"}
            return good, await time.work(runner.run(test, ["test_it.py"]))

    good, endless = clock.run("virtual", session)
    assert good.ok
    assert endless.returncode == 124


class Unprivileged(Confinement, frozen=True):
    """Bubblewrap on a machine that lets nothing inside it make namespaces of its own."""

    def command(self, *arguments: Any, **options: Any) -> list[str]:
        """The same confinement, whatever capabilities were asked for."""
        return super().command(*arguments, **{**options, "capabilities": ()})


async def test_bubblewrap_without_worlds_of_their_own() -> None:
    found = Confinement.probe()
    if not found.confines:
        assert found.detail.startswith("limits only: ")
        return
    confinement = Unprivileged(level=found.level, detail=found.detail, program=found.program)
    async with TestRunner(confinement=confinement, limits=HASTY, remembered=0) as runner:
        await assert_sound(runner)
        assert not runner.isolated
        test = """
            import os, pytest, socket, subprocess, sys
            @pytest.mark.parametrize("path", ["/planted", "/usr/planted", "/dev/planted"])
            def test_write(path):
                with pytest.raises(OSError):
                    open(path, "w")
            def test_settings():
                assert not os.access("/proc/sys/kernel/core_pattern", os.W_OK)
            def test_network():
                assert [name for _, name in socket.if_nameindex()] == ["lo"]
            def test_leave_a_process():
                code = "import time; time.sleep(3600)"
                subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        """
        result = await outcome(runner, test)
        assert result.ok, result.output
        endless = await outcome(runner, "def test_():\n    while True: pass")
        assert endless.returncode == 124
        assert runner.worker_pid is not None
        worker = psutil.Process(runner.worker_pid)
        left = [
            p for p in worker.children(recursive=True) if "time.sleep(3600)" in "".join(told(p))
        ]
        _, alive = await asyncio.to_thread(psutil.wait_procs, left, timeout=10)
        assert not alive


def told(process: psutil.Process) -> list[str]:
    """The last word of a process's command line; none for one that has just ended."""
    with contextlib.suppress(psutil.Error):
        return list(process.cmdline()[-1:])
    return []
