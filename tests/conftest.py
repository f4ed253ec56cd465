"""How hard the property tests look, and where the sockets of the tests' sessions lie."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.scenarios.crosstalk import RUNTIME

# Thirty examples each, and a hundred with the long tests.
# Neither deadlines nor slow draws: on a busy machine they would say something of the machine.
settings.register_profile(
    "quick", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("whole", settings.get_profile("quick"), max_examples=100)


SLOWEST_FIRST = ("scenarios", "debugger", "loopback", "sweeps", "runtime", "models/providers")
"""Folders with tests that start many processes, by how much processor time their files take."""


def pytest_configure(config: pytest.Config) -> None:
    """Choose by what is asked for; and make a folder with a short path for sockets, which goes
    with all that killed sessions left in it."""
    os.environ[RUNTIME] = tempfile.mkdtemp(prefix="crosstalk-run-", dir="/tmp")
    os.environ["XDG_RUNTIME_DIR"] = os.environ[RUNTIME]
    long = config.getoption("markexpr") not in ("", "not long")
    settings.load_profile("whole" if long else "quick")
    gc.disable()  # until all tests are imported: they stay


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest."""
    folders = [Path(__file__).parent / name for name in SLOWEST_FIRST]

    def place(item: pytest.Item) -> int:
        return folders.index(item.path.parent) if item.path.parent in folders else len(folders)

    items.sort(key=place)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep the garbage collector from what is there for good: a second of each whole look."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the sockets."""
    shutil.rmtree(os.environ[RUNTIME], ignore_errors=True)
