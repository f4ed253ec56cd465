"""What happens in a forked child: the workspace is written, the limits set, and pytest called.

Everything here runs with the tested code's rights, after the privileges are gone: a path that
leads out of the workspace, a file too many or too large, meets the same walls as the tests do.
"""

from __future__ import annotations

import importlib
import os
import random
import resource
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pytest

from . import rewriting
from .recorder import Recorder
from .script import run_script
from .warmup import ARGUMENTS, give_way

_NOTES, _CODES = 3, 4
_OPEN_FILES = 256
_FAULT = 70  # EX_SOFTWARE of <sysexits.h>


@dataclass(frozen=True)
class Limits:
    """What one run may use: seconds, bytes, processes."""

    wall: float
    cpu: int
    memory: int
    disk: int
    file_size: int
    processes: int
    output: int


@dataclass(frozen=True)
class Place:
    """The folders of one run."""

    workspace: str
    temporary: str


def attach(output: int, notes: int, codes: int = -1) -> None:
    """Make `output` and `notes` the only open files, at their usual numbers; and `codes`, if
    there is such a file."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    wanted = (nothing, output, output, notes, *([codes] if codes >= 0 else []))
    # First far away: a target number may still be a source.
    high = [os.dup2(source, 200 + i) for i, source in enumerate(wanted)]
    for number, source in enumerate(high):
        os.dup2(source, number)
    os.closerange(len(high), os.sysconf("SC_OPEN_MAX"))


def restore_signals() -> None:
    """Undo the zygote's own handlers."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def run(
    files: Mapping[str, bytes],
    tests: Sequence[str],
    place: Place,
    limits: Limits,
    needed: frozenset[str],
    codes: Mapping[str, bytes] | None = None,
    script: str = "",
) -> int:
    """Write `files`, run `tests`, or the file `script` instead; returns the status to exit with,
    after noting it.

    `codes` are those of test files, as earlier runs handed them over; None where there is no file
    to hand over more.

    Whatever goes wrong before or around pytest is noted as a fault instead.
    """
    recorder = Recorder(_NOTES)
    try:
        _write(files, place.workspace)
        _settle(place)
        give_way({path.split("/")[0].removesuffix(".py") for path in files}, needed)
        _limit(limits)
        if not script:
            paths = [os.path.join(place.workspace, path) for path in tests]
            rewriting.prepare(paths, codes or {}, -1 if codes is None else _CODES)
        status = run_script(script) if script else _run_tests(tests, place, recorder)
        with suppress(OSError, ValueError, AttributeError):  # the tests may have closed them
            sys.stdout.flush()
            sys.stderr.flush()
        recorder.note("end", status)
    except BaseException as error:  # noqa: BLE001 - nothing may unwind into the zygote's loop
        recorder.note("fault", f"{type(error).__name__}: {error}")
        return _FAULT
    return status


def _run_tests(tests: Sequence[str], place: Place, recorder: Recorder) -> int:
    base = os.path.join(place.temporary, "pytest")
    arguments = [*ARGUMENTS, "--rootdir", place.workspace, "--basetemp", base]
    return int(pytest.main([*arguments, *(f"./{path}" for path in tests)], [recorder]))


def _write(files: Mapping[str, bytes], root: str) -> None:
    made = {root}
    for path, content in files.items():
        target = os.path.join(root, path)
        folder = os.path.dirname(target)
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        with open(target, "wb") as file:
            file.write(content)


def _settle(place: Place) -> None:
    """Start where a person would who types `python -m pytest` in the workspace."""
    os.chdir(place.workspace)
    os.environ["TMPDIR"] = os.environ["HOME"] = place.temporary
    tempfile.tempdir = None
    sys.path.insert(0, place.workspace)
    sys.argv = ["pytest"]
    importlib.invalidate_caches()
    random.seed(0)  # tests that draw numbers draw the same ones in every run of a tree


def _limit(limits: Limits) -> None:
    wanted = (
        ("RLIMIT_CORE", 0, 0),
        ("RLIMIT_CPU", limits.cpu, limits.cpu + 1),
        ("RLIMIT_AS", limits.memory, limits.memory),
        ("RLIMIT_FSIZE", limits.file_size, limits.file_size),
        ("RLIMIT_NOFILE", _OPEN_FILES, _OPEN_FILES),
    )
    for name, soft, hard in wanted:
        # A machine may not know a limit, or already have set a lower one.
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (soft, hard))
