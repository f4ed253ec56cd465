"""A dask cluster of processes: a scheduler and workers, as a person would start them."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

BWRAP = shutil.which("bwrap")
_PROJECT = Path(__file__).parents[2]
_LOCAL = ("--host", "127.0.0.1", "--no-dashboard")


class Cluster:
    """A scheduler; workers are made by `add` and ended by whoever likes. One that is silent for
    `ttl` counts as dead."""

    def __init__(self, folder: Path, ttl: str = "30s") -> None:
        self._folder = folder
        self._environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": ttl}
        self._file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", *_LOCAL, "--port", "0", "--scheduler-file", str(self._file))

    def add(self) -> subprocess.Popen[bytes]:
        """A worker of one slot, without a nanny to revive it."""
        where = ("--scheduler-file", str(self._file), "--local-directory", str(self._folder))
        return self._start("worker", *_LOCAL, *where, "--nthreads", "1", "--no-nanny")

    def add_apart(self, name: str) -> subprocess.Popen[bytes]:
        """A worker as on a machine of that name: with files, a home, processes and a folder for
        temporary ones of its own, and only the network in common with the driver."""
        assert BWRAP
        apart = [BWRAP, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
        apart += ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        apart += ["--hostname", name, "--die-with-parent", "--new-session"]
        for folder in ("/tmp", "/var/tmp", self._folder.parent):
            apart += ["--tmpfs", str(folder)]
        for folder in (_PROJECT, Path(sys.prefix)):  # as an install: to be read, not written
            apart += ["--ro-bind", str(folder), str(folder)]
        apart += ["--dir", f"/tmp/{name}", "--setenv", "HOME", f"/tmp/{name}"]
        apart += ["--setenv", "TMPDIR", f"/tmp/{name}", "--chdir", f"/tmp/{name}"]
        own = (*_LOCAL, "--local-directory", f"/tmp/{name}", "--nthreads", "1", "--no-nanny")
        return self._start("worker", self.address(), *own, prefix=apart)

    def address(self, patience_s: float = 60.0) -> str:
        """The scheduler's, once it listens."""
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            with suppress(FileNotFoundError, json.JSONDecodeError):  # not there, or not yet whole
                found: str = json.loads(self._file.read_text())["address"]
                return found
            time.sleep(0.05)
        raise TimeoutError("the scheduler does not say where it is")

    def _start(self, *arguments: str, prefix: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0]]
        log = (self._folder / f"{arguments[0]}-{len(self._processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [*prefix, *program, *arguments[1:]],
                stdout=log,
                stderr=log,
                env=self._environment,
            )
        self._processes.append(process)
        return process

    def close(self) -> None:
        """End every process that is left."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@contextmanager
def cluster(folder: Path, ttl: str = "30s") -> Iterator[Cluster]:
    """A cluster for the body."""
    folder.mkdir()
    made = Cluster(folder, ttl)
    try:
        yield made
    finally:
        made.close()


def sessions_of(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The processes of sessions that a worker has under way."""
    try:
        nurseries = psutil.Process(worker.pid).children()
        return [child for nursery in nurseries for child in nursery.children()]
    except psutil.NoSuchProcess:
        return []


class Node:
    """A worker with all that it started, as a machine that is suspended and comes back."""

    def __init__(self, worker: subprocess.Popen[bytes]) -> None:
        self._worker = worker
        self._stopped: list[psutil.Process] = []

    def freeze(self) -> list[psutil.Process]:
        """Stop them, the worker first, so that it starts nothing meanwhile; the sessions that are
        caught under way, which have not ended."""
        whole = psutil.Process(self._worker.pid)
        self._stopped = []
        self._stop(whole)
        under_way = sessions_of(self._worker)
        return [one for one in under_way if one.status() == psutil.STATUS_STOPPED]

    def _stop(self, process: psutil.Process) -> None:
        """Stop it, if it has not just ended, and then what it started: so nothing is started
        unseen."""
        with suppress(psutil.NoSuchProcess):
            process.suspend()
            self._stopped.append(process)
            for child in process.children():
                self._stop(child)

    def thaw(self) -> None:
        """Let them go on where they were."""
        for process in reversed(self._stopped):
            with suppress(psutil.NoSuchProcess):
                process.resume()
