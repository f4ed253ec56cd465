"""A dask cluster of processes: a scheduler and workers, as a person would start them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

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

    @property
    def scheduler_file(self) -> Path:
        """Where the scheduler says its address."""
        return self._file

    def add(self) -> subprocess.Popen[bytes]:
        """A worker of one slot, without a nanny to revive it."""
        where = ("--scheduler-file", str(self._file), "--local-directory", str(self._folder))
        return self._start("worker", *_LOCAL, *where, "--nthreads", "1", "--no-nanny")

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{arguments[0]}-{len(self._processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
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
