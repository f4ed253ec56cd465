"""The zygote's imports, made once so that no run pays for them.

A module that is already imported hides a file of the same name in the workspace, so a workspace
with its own `statistics.py` would be tested against the standard library's. Hence the memory
here of what pytest itself needs: only that hides, as it does in every pytest; the rest gives way.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import tempfile

import pytest

from .recorder import Recorder

_OWN = __name__.partition(".")[0]

# Standard modules that small libraries and their tests import most.
_COMMON = (
    "abc", "bisect", "cmath", "collections", "copy", "csv", "dataclasses", "datetime", "decimal",
    "enum", "fractions", "functools", "heapq", "html", "itertools", "json", "math", "operator",
    "random", "re", "statistics", "string", "textwrap", "time", "typing", "xml.etree.ElementTree",
)  # fmt: skip

ARGUMENTS = (
    "-q", "--tb=native", "--color=no", "--disable-warnings", "-c", os.devnull,
    "-p", "no:cacheprovider", "-p", "no:pastebin", "-p", "no:junitxml",
    "-p", "no:unraisableexception", "-p", "no:threadexception",
)  # fmt: skip
"""How pytest is called for every run; no configuration of a user or machine is picked up.

Python's own tracebacks, because pytest's parse the test file again for each failure: 48 failures
cost 0.8 s of processor time so, 1.5 s with its short ones. The two plugins left out collect
garbage five times at the end, for warnings that nobody is shown."""


def warm_up() -> frozenset[str]:
    """Import pytest and run it once; returns the names of the modules it needed."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "test_of_the_zygote.py")
        with open(path, "w") as file:
            file.write("def test_raises():\n    assert [1] == [2]\n")
        notes = os.open(os.devnull, os.O_WRONLY)
        with contextlib.redirect_stdout(io.StringIO()):
            pytest.main([*ARGUMENTS, "--rootdir", folder, path], plugins=[Recorder(notes)])
        os.close(notes)
    sys.modules.pop("test_of_the_zygote", None)
    sys.path[:] = [entry for entry in sys.path if entry != folder]
    for entry in [e for e in sys.path_importer_cache if e.startswith(folder)]:
        del sys.path_importer_cache[entry]
    needed = frozenset(name for name in sys.modules if not name.startswith(_OWN))
    for name in _COMMON:
        importlib.import_module(name)
    return needed


def give_way(names: set[str], needed: frozenset[str]) -> None:
    """Forget imported modules whose first name part is in `names` and pytest does not need."""
    for module in list(sys.modules):
        if module.partition(".")[0] in names and module not in needed:
            del sys.modules[module]
