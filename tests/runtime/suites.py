"""Small suites and the limits they run under, shared by the tests of the test runner."""

import asyncio
import os
import textwrap
from collections.abc import Callable, Iterable
from contextlib import suppress

from agents.runtime.confinement import Confinement
from agents.runtime.testing import Limits, TestOutcome, TestRunner

GOOD = {
    "mean.py": "def mean(values):\n    return sum(values) / len(values)\n",
    "test_mean.py": "from mean import mean\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n",
}
UNCONFINED = Confinement.limits_only("asked for by a test")
SHORT = Limits(wall=20.0, cpu=20, memory=512 << 20, disk=32 << 20, file_size=4 << 20)
HASTY = Limits(wall=2.0, memory=512 << 20)


def confinements() -> list[Confinement]:
    """Bubblewrap where it is, and always the bare limits."""
    found = Confinement.probe()
    assert found.confines or found.detail.startswith("limits only: ")
    return [found, UNCONFINED] if found.confines else [UNCONFINED]


async def outcome(runner: TestRunner, test: str, **files: str) -> TestOutcome:
    """What becomes of one test file."""
    content = {f"{name}.py": textwrap.dedent(text) for name, text in files.items()}
    content["test_it.py"] = textwrap.dedent(test)
    return await runner.run(content, ["test_it.py"])


async def assert_sound(runner: TestRunner) -> None:
    """The runner still tells right from wrong."""
    good = await runner.run(GOOD, ["test_mean.py"])
    assert good.ok
    bad = await runner.run({**GOOD, "mean.py": "def mean(values): return 0"}, ["test_mean.py"])
    assert (bad.returncode, bad.failed) == (1, 1)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what other processes do, of which no event tells this one."""
    while not condition():
        await asyncio.sleep(0.005)


def existing(paths: Iterable[str]) -> list[str]:
    """Those of `paths` that exist."""
    return [path for path in paths if os.path.exists(path)]


def remove(*paths: str) -> None:
    """Remove files that an unconfined run may have left."""
    for path in paths:
        with suppress(FileNotFoundError):
            os.unlink(path)
