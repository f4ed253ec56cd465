"""A dask cluster of processes: a scheduler and workers, as a person would start them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_LOCAL = ("--host", "127.0.0.1", "--no-dashboard")


class Cluster:
    """`address` is the scheduler's; workers are made by `add` and ended by whoever likes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
            )
        self._processes.append(process)
        return process

    def close(self) -> None:
        """End every process that is left."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster for the body."""
    folder.mkdir()
    made = Cluster(folder)
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
