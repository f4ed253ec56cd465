"""Real pytest runs of honest files, with and without bubblewrap."""

import asyncio
import os
import sys
import textwrap
from pathlib import Path

import pytest

from agents.runtime.testing import TestRunner
from tests.runtime.suites import GOOD, UNCONFINED, outcome, remove
from workspaces.files.trees import tree_of
from workspaces.history.codec import digest

pytestmark = pytest.mark.asyncio(loop_scope="module")


# What honest code does.


async def test_passing(runner: TestRunner) -> None:
    result = await runner.run(GOOD, ["test_mean.py"])
    assert result.ok
    assert (result.returncode, result.passed, result.failed, result.errors) == (0, 1, 0, 0)
    assert result.failures == ()
    assert result.output.endswith("1 passed\n")
    assert result.tree == tree_of({path: digest(text.encode()) for path, text in GOOD.items()})
    assert result.seconds > 0
    assert not result.cached


async def test_failing_shows_why(runner: TestRunner) -> None:
    result = await outcome(
        runner,
        """
        import pytest

        def test_good(): pass
        def test_bad(): assert [1, 2] == [1, 3]
        @pytest.fixture
        def broken(): raise LookupError("no such thing")
        def test_unready(broken): pass
        @pytest.mark.skip
        def test_skipped(): pass
        """,
    )
    assert not result.ok
    assert (result.returncode, result.passed, result.failed, result.errors) == (1, 1, 1, 1)
    assert result.failures == ("test_it.py::test_bad", "test_it.py::test_unready")
    assert "assert [1, 2] == [1, 3]" in result.output  # assertions are rewritten
    assert "LookupError: no such thing" in result.output


@pytest.mark.parametrize(
    ("test", "files", "says"),
    [
        ("import nowhere", {}, "No module named 'nowhere'"),
        ("import broken", {"broken": "def f(:\n"}, "SyntaxError"),
        ("def test_(:\n", {}, "SyntaxError"),
    ],
    ids=["missing module", "syntax error in the code", "syntax error in the test"],
)
async def test_uncollectable(
    runner: TestRunner, test: str, files: dict[str, str], says: str
) -> None:
    result = await outcome(runner, test, **files)
    assert (result.returncode, result.passed, result.errors) == (2, 0, 1)
    assert result.failures == ("test_it.py",)
    assert says in result.output


async def test_missing_test_file_and_no_tests(runner: TestRunner) -> None:
    missing = await runner.run(GOOD, ["test_other.py"])
    assert (missing.returncode, missing.errors) == (4, 1)
    assert "not found" in missing.output
    empty = await runner.run({"test_none.py": ""}, ["test_none.py"])
    assert (empty.returncode, empty.ok) == (5, False)


async def test_nested_unicode_and_bytes(runner: TestRunner) -> None:
    files: dict[str, str | bytes] = {
        "pkg/__init__.py": "",
        "pkg/deep/grüße.txt": "Grüße, 世界\n",
        "pkg/raw.bin": bytes(range(256)),
        "pkg/tests/test_data.py": textwrap.dedent("""
            from pathlib import Path

            def test_data():
                root = Path(__file__).parent.parent
                assert (root / "deep" / "grüße.txt").read_text() == "Grüße, 世界\\n"
                assert (root / "raw.bin").read_bytes() == bytes(range(256))
                print("世界")
                assert not Path("pkg")
            """),
    }
    result = await runner.run(files, ["pkg/tests/test_data.py"])
    assert result.failures == ("pkg/tests/test_data.py::test_data",)
    assert "世界" in result.output


async def test_workspace_hides_what_only_the_worker_imported(runner: TestRunner) -> None:
    result = await outcome(
        runner,
        "import statistics\nimport testing_worker\n"
        "def test_(): assert statistics.mine and testing_worker.mine",
        statistics="mine = True",
        testing_worker="mine = True",
    )
    assert result.ok, result.output


async def test_same_tree_same_bytes(runner: TestRunner) -> None:
    test = """
        import random, tempfile
        def test_(tmp_path):
            print(object(), tmp_path, tempfile.gettempdir(), random.random(), set("abcdef"))
            print(__file__, tempfile.__file__)
            assert [object()] == []
    """
    first, second = [await outcome(runner, test) for _ in range(2)]
    assert first.output == second.output
    assert first.output.count("at 0x...") >= 2
    assert "Captured stdout" in first.output
    for place in (sys.prefix, sys.base_prefix, str(Path(os.devnull).parent / "shm")):
        assert place not in first.output


async def test_bad_paths_are_refused(runner: TestRunner) -> None:
    for path in ("/etc/passwd", "../up.py", "a//b.py", "", "a/./b.py", "a\0b"):
        with pytest.raises(ValueError, match="not a path"):
            await runner.run({path: ""}, [])
        with pytest.raises(ValueError, match="not a path"):
            await runner.run(GOOD, [path])
    with pytest.raises(ValueError, match="both a file and a folder"):
        await runner.run({"a": "", "a/b": ""}, [])


# Once for each content, many at a time, and again after a crash.


async def test_single_flight_and_memory() -> None:
    async with TestRunner() as runner:
        assert runner.worker_pid is None  # nothing is started before the first run
        runs = [runner.run(dict(GOOD), ["test_mean.py"]) for _ in range(5)]
        results = await asyncio.gather(*runs)
        assert runner.started_runs == 1
        assert sorted(r.cached for r in results) == [False, True, True, True, True]
        again = await runner.run(GOOD, ["test_mean.py"])
        assert again.cached
        assert again.output == results[0].output
        assert runner.started_runs == 1
        await runner.run({**GOOD, "other.py": ""}, ["test_mean.py"])
        assert runner.started_runs == 2


async def test_memory_is_bounded() -> None:
    async with TestRunner(remembered=1) as runner:
        for name in ("a", "b", "a"):
            assert not (await runner.run({**GOOD, name: ""}, ["test_mean.py"])).cached
        assert runner.started_runs == 3


async def test_different_trees_run_side_by_side(tmp_path: Path) -> None:
    """Two runs that each wait for the other through a port can only both pass together."""
    test = """
        import os, time
        def test_():
            open("/tmp/rendezvous-{mine}-{pid}", "w").close()
            while not os.path.exists("/tmp/rendezvous-{other}-{pid}"): time.sleep(0.01)
    """
    async with TestRunner(parallel=2, confinement=UNCONFINED) as runner:
        texts = [
            test.format(mine=mine, other=1 - mine, pid=os.getpid()).replace("\n        ", "\n")
            for mine in (0, 1)
        ]
        both = await asyncio.gather(*(runner.run({"test_it.py": t}, ["test_it.py"]) for t in texts))
        assert [r.returncode for r in both] == [0, 0], both
    for mine in (0, 1):
        remove(f"/tmp/rendezvous-{mine}-{os.getpid()}")


async def test_cancelled_caller_leaves_the_run_to_others() -> None:
    async with TestRunner() as runner:
        await runner.start()
        first = asyncio.ensure_future(runner.run(GOOD, ["test_mean.py"]))
        second = asyncio.ensure_future(runner.run(GOOD, ["test_mean.py"]))
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).ok
        assert runner.started_runs == 1
