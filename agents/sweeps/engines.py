"""Where units run: threads on this machine, or dask distributed on this and others.

An engine takes encoded tickets, gives futures of encoded outcomes, and can call a job off. It keeps
nothing that matters: the driver alone commits results, so an engine's state can be thrown away at
any moment. dask was chosen by measurement over ray and parsl: a killed worker's sessions start
again in hundredths of a second, and it is the lightest to install and to bring up.
"""

import logging
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from typing import Any, Protocol

from agents.runtime.spec import UsageError
from agents.sweeps import extras, unit
from workspaces.errors import CrosstalkError

LOCAL, DASK = "local", "dask"
RETRIES = 2
"""How often dask runs a unit again whose worker died under it."""
SETTINGS = {
    "distributed.scheduler.worker-ttl": "30s",  # a frozen worker counts as dead after this
    "distributed.scheduler.allowed-failures": 10,  # workers die for reasons of their own
    "distributed.admin.log-format": "%(levelname)s %(message)s",
    "distributed.worker.daemon": False,
}

_TORNADO = logging.getLogger("tornado.application")


class Engine(Protocol):
    """Runs units. `slots` is how many it runs at once."""

    slots: int

    def submit(self, ticket: bytes) -> "Future[bytes]":
        """The outcome to be of an encoded ticket."""

    def kill(self, handles: Sequence[str]) -> None:
        """Call off the tickets of these handles, wherever they run or wait."""

    def shutdown(self) -> None:
        """Let go of everything; what still runs is ended."""


class LocalEngine:
    """Threads, each waiting for one child process. Not a pool of processes: in that, one that is
    killed fails every task."""

    def __init__(self, slots: int = 0, run: Callable[[bytes], bytes] = unit.run) -> None:
        self.slots = slots or os.cpu_count() or 1
        self._run = run
        self._pool = ThreadPoolExecutor(self.slots, thread_name_prefix="sweep")

    def submit(self, ticket: bytes) -> "Future[bytes]":
        """See `Engine`."""
        return self._pool.submit(self._run, ticket)

    def kill(self, handles: Sequence[str]) -> None:
        """See `Engine`."""
        unit.kill(*handles)

    def shutdown(self) -> None:
        """See `Engine`."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        unit.NURSE.close()
        self._pool.shutdown(wait=True)


class DaskEngine:
    """dask distributed: the cluster at `address`, or one of `slots` processes on this machine.

    Raises `CrosstalkError` without the extra `distributed`, or when there is no cluster within
    `patience_s`, or one with other versions.
    """

    def __init__(self, address: str = "", slots: int = 0, patience_s: float = 20.0) -> None:
        distributed = extras.load("distributed", "distributed", "The engine dask")
        dask = extras.load("dask", "distributed", "The engine dask")
        self._cluster: Any = None
        dask.config.set(SETTINGS)
        _TORNADO.addFilter(_worth_telling)
        try:
            if not address:
                self._cluster = distributed.LocalCluster(
                    n_workers=slots or os.cpu_count() or 1,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    # What it complains of when told to stop; what fails comes as an outcome.
                    silence_logs=logging.CRITICAL,
                )
            self._client = distributed.Client(self._cluster or address, timeout=patience_s)
            self._client.get_versions(check=True)
            if self._cluster is not None:
                self._client.register_worker_callbacks(_leave_interrupts_to_the_driver)
        except (OSError, TimeoutError, ValueError) as error:
            raise CrosstalkError(
                f"Cannot use the dask cluster at {address or 'this machine'}",
                str(error).partition("\n")[0],
                "Start it with `dask scheduler` and `dask worker` where Crosstalk is installed, "
                "in the same versions, and give its address: --engine dask=tcp://HOST:8786.",
            ) from error
        self._executor = self._client.get_executor(pure=False, retries=RETRIES)
        threads = self._client.nthreads().values()
        self.slots = sum(threads) or slots or 1

    def submit(self, ticket: bytes) -> "Future[bytes]":
        """See `Engine`."""
        future: Future[bytes] = self._executor.submit(unit.run, ticket)
        return future

    def kill(self, handles: Sequence[str]) -> None:
        """See `Engine`. Runs beside the tasks of every worker."""
        self._client.run(unit.kill, *handles, on_error="ignore")

    def shutdown(self) -> None:
        """See `Engine`."""
        # Calls that are under way are cancelled, of which tornado would print a traceback each.
        _TORNADO.setLevel(logging.CRITICAL)
        self._executor.shutdown(wait=False)
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _worth_telling(record: logging.LogRecord) -> bool:
    """Not that a ticket which was called off is done all the same: dask gives its outcome to a
    future that is cancelled by then, and tornado would print the traceback of that."""
    return not (record.exc_info and isinstance(record.exc_info[1], InvalidStateError))


def _leave_interrupts_to_the_driver() -> None:
    """In a worker that has the driver's terminal: Ctrl-C there would end it in its own way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def create(name: str, slots: int = 0) -> Engine:
    """The engine `local`, `dask` or `dask=ADDRESS`. Raises `UsageError` for another."""
    kind, _, address = name.partition("=")
    if kind == DASK:
        return DaskEngine(address, slots)
    if name == LOCAL:
        return LocalEngine(slots)
    raise UsageError(
        f"There is no engine {name!r}",
        "",
        "Choose local, dask (processes on this machine) or dask=tcp://HOST:8786 (a cluster).",
    )
