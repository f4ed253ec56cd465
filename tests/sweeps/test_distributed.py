"""Two worker processes of dask, one killed in the middle: the same table as on one machine."""

import gc
import logging
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import psutil
import pytest

from agents.reports import recordings
from agents.sweeps import engines
from agents.sweeps.engines import DaskEngine, LocalEngine
from agents.sweeps.grid import Grid
from agents.sweeps.job import PYTEST
from agents.sweeps.results import Results
from agents.sweeps.runner import DONE, INTERRUPTED, Runner
from tests.sweeps.cluster import BWRAP, Cluster, Node, cluster, sessions_of
from workspaces.errors import CrosstalkError

GRID = Grid(
    suites=("math/p0.5", "data/p0.9"),
    agents=(1, 3),
    models=("sim-claude-sonnet-4.6",),
    repetitions=3,
)
SLOW = Grid(
    suites=("math/p0.2",),
    agents=(16,),
    teams=("decentralized",),
    models=("sim-gemini-3-flash",),
    repetitions=4,
    judge=PYTEST,
)
"""Sessions that are still under way when one looks."""

pytestmark = [
    pytest.mark.timeout(300),  # a scheduler and workers take long to start on a busy machine
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning",  # dask's own, of a cluster that loses a worker
        "ignore::pytest.PytestUnraisableExceptionWarning",
    ),
]


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What dask leaves unclosed is warned of here, where that is ignored: not whenever the garbage
    is collected next, in a test that has nothing to do with it."""
    yield
    gc.collect()


def address(made: Cluster, workers: int) -> str:
    """The scheduler's address, once that many workers are there."""
    from distributed import Client

    found = made.address()
    with Client(found) as client:
        client.wait_for_workers(workers, timeout=60)
    return found


def table(folder: Path, engine: engines.Engine, grid: Grid = GRID) -> bytes:
    results = Results(folder)
    results.open(grid)
    try:
        assert Runner(results, engine).run(grid.jobs()) == DONE
    finally:
        engine.shutdown()
        results.close()
    return results.tabulate().read_bytes()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sweep on one machine, which is only read."""
    folder = tmp_path_factory.mktemp("local")
    table(folder, LocalEngine(2))
    return folder


@pytest.fixture
def alone(local: Path) -> bytes:
    """Its table."""
    return (local / "results.parquet").read_bytes()


def test_a_killed_workers_sessions_run_again_and_count_once(tmp_path: Path, alone: bytes) -> None:
    with cluster(tmp_path / "cluster") as made:
        victim, survivor = made.add(), made.add()
        engine = DaskEngine(address(made, 2))
        assert engine.slots == 2
        struck: list[list[psutil.Process]] = []

        def strike() -> None:
            """Kill one worker while both are busy."""
            end = time.monotonic() + 60
            while time.monotonic() < end:
                if (hit := sessions_of(victim)) and sessions_of(survivor):
                    victim.kill()
                    struck.append(hit)
                    return
                time.sleep(0.002)

        killer = threading.Thread(target=strike)
        killer.start()
        shared = table(tmp_path / "dask", engine)
        killer.join()
        assert struck
        assert shared == alone
        results = Results(tmp_path / "dask")
        assert len(results.done()) == len(GRID.jobs())
        assert results.failures() == []
        committed = [one.key for one in results.attempts() if one.verdict == "committed"]
        assert sorted(committed) == sorted(job.key for job in GRID.jobs())
        # nothing that the dead worker had begun goes on without it
        for orphan in struck[0]:
            orphan.wait(30)
    recordings = {path.name for path in (tmp_path / "dask" / "recordings").iterdir()}
    assert recordings == {f"{job.key}.crosstalk" for job in GRID.jobs()}


@pytest.mark.skipif(BWRAP is None, reason="needs bubblewrap")
def test_workers_that_share_no_folder_with_the_driver_give_the_same_and_send_it_home(
    tmp_path: Path, local: Path, alone: bytes
) -> None:
    """As on machines of their own: what a worker sees of files is not what the driver sees."""
    with cluster(tmp_path / "cluster") as made:
        for name in ("node-1", "node-2"):
            made.add_apart(name)
        engine = DaskEngine(address(made, 2))
        assert table(tmp_path / "dask", engine) == alone
    results = Results(tmp_path / "dask")
    assert {one.worker.partition("/")[0] for one in results.attempts()} == {"node-1", "node-2"}
    for job in GRID.jobs():
        here, there = (
            transcript(folder / "recordings" / f"{job.key}.crosstalk")
            for folder in (local, tmp_path / "dask")
        )
        assert there[1:] == here[1:]  # the first has the time on the wall
        assert recordings.read(tmp_path / "dask" / "recordings" / f"{job.key}.crosstalk")


def transcript(packed: Path) -> list[bytes]:
    with zipfile.ZipFile(packed) as opened:
        return opened.read("history.jsonl").splitlines()


def test_a_frozen_nodes_sessions_run_elsewhere_and_its_own_copies_do_not_count(
    tmp_path: Path, alone: bytes
) -> None:
    """A machine that is suspended with a session under way is given up, and comes back after its
    session was done elsewhere: what it goes on with is nobody's any more."""
    from distributed import Client

    with cluster(tmp_path / "cluster", ttl="6s") as made:
        victim, survivor = made.add(), made.add()
        where = address(made, 2)
        engine = DaskEngine(where)
        struck: list[psutil.Process] = []

        def strike() -> None:
            """Freeze one worker in the middle of a session; thaw it once it was given up."""
            node, end = Node(victim), time.monotonic() + 100
            with Client(where) as client:
                while not struck and time.monotonic() < end:
                    if sessions_of(victim) and sessions_of(survivor):
                        struck.extend(node.freeze())
                        if not struck:
                            node.thaw()
                    time.sleep(0.002)
                while len(client.scheduler_info()["workers"]) > 1 and time.monotonic() < end:
                    time.sleep(0.1)
                node.thaw()

        striker = threading.Thread(target=strike)
        striker.start()
        shared = table(tmp_path / "dask", engine)
        striker.join()
        assert struck
        assert shared == alone
        results = Results(tmp_path / "dask")
        assert results.failures() == []
        committed = [one.key for one in results.attempts() if one.verdict == "committed"]
        assert sorted(committed) == sorted(job.key for job in GRID.jobs())
        for orphan in struck:
            orphan.wait(60)
        end = time.monotonic() + 60
        while sessions_of(victim) and time.monotonic() < end:
            time.sleep(0.05)
        assert not sessions_of(victim)


def test_a_stopped_sweep_leaves_nothing_running_on_the_cluster(tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster") as made:
        workers = [made.add(), made.add()]
        engine = DaskEngine(address(made, 2))
        results = Results(tmp_path / "sweep")
        results.open(SLOW)
        runner = Runner(results, engine)

        def stop() -> None:
            end = time.monotonic() + 60
            while time.monotonic() < end and not all(map(sessions_of, workers)):
                time.sleep(0.01)
            runner.stop()

        stopper = threading.Thread(target=stop)
        stopper.start()
        assert runner.run(SLOW.jobs()) == INTERRUPTED
        stopper.join()
        engine.shutdown()
        results.close()
        end = time.monotonic() + 30
        while any(map(sessions_of, workers)) and time.monotonic() < end:
            time.sleep(0.05)
        assert not any(map(sessions_of, workers))


def test_an_outcome_that_comes_for_a_ticket_called_off_is_not_complained_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Which of the two comes first is a race inside dask: this is what it does when it is lost."""
    caplog.set_level(logging.ERROR, "tornado.application")  # the end of an engine turns it off
    called_off: Future[bytes] = Future()
    called_off.cancel()
    told = threading.Event()

    def other() -> None:
        told.set()
        raise ValueError("something else")

    with cluster(tmp_path / "cluster") as made:
        made.add()
        engine = DaskEngine(address(made, 1))
        loop = engine._client.loop
        try:
            loop.add_callback(called_off.set_result, b"")
            loop.add_callback(other)
            assert told.wait(60)
            assert engine.submit(b"not a ticket").exception(60)  # the loop has come back from both
        finally:
            engine.shutdown()
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ValueError]


def test_a_cluster_that_is_not_there_is_told() -> None:
    with pytest.raises(CrosstalkError, match="Cannot use the dask cluster"):
        DaskEngine("tcp://127.0.0.1:9", patience_s=1.0)
    with pytest.raises(CrosstalkError, match="no engine 'ray'"):
        engines.create("ray")


def test_without_the_extra_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(CrosstalkError) as caught:
        DaskEngine()
    assert "crosstalk-tui[distributed]" in caught.value.fix
