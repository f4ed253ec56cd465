"""The pytest plugin that notes what became of each test, one line of JSON per fact.

The notes go to a file that the zygote opened, as they happen: when a test never returns or ends
the process, they still tell which one it was. The plugin refuses to note anything in a process
that a test forked, which would otherwise go on as a second pytest.
"""

from __future__ import annotations

import json
import os
from types import TracebackType

import pytest

_LONGEST_NAME = 300
_LONGEST_SECTION = 4000


class Recorder:
    """Notes starts, passes, failures and errors in the file `descriptor`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._process = os.getpid()

    def note(self, kind: str, value: str | int) -> None:
        """Append one fact; it is with the zygote when this returns."""
        if isinstance(value, str):
            value = value[:_LONGEST_NAME]
        os.write(self._descriptor, json.dumps([kind, value]).encode() + b"\n")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note how many tests there are to run."""
        self.note("collected", len(session.items))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Note that all phases of a test are over."""
        self.note("finished", nodeid)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note which test is about to run."""
        self.note("start", nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Begin a failure's trace in the test's own file: what lies before is pytest's.

        As `Traceback.cut` does, which asks the disk for each of pytest's own files: a tenth of
        the processor time of a run in which all fails.
        """
        if call.excinfo:
            own = str(item.path)
            entry: TracebackType | None = call.excinfo.tb
            while entry and entry.tb_frame.f_code.co_filename != own:
                entry = entry.tb_next
            if entry:
                call.excinfo.traceback = type(call.excinfo.traceback)(entry)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a phase of a test ended, before pytest prints it."""
        if os.getpid() != self._process:
            os._exit(70)
        report.sections = [(title, _tail(text)) for title, text in report.sections]
        if report.failed:
            self.note("failed" if report.when == "call" else "error", report.nodeid)
        elif report.passed and report.when == "call":
            self.note("passed", report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not be collected."""
        report.sections = [(title, _tail(text)) for title, text in report.sections]
        if report.failed:
            self.note("error", report.nodeid)


def _tail(text: str) -> str:
    if len(text) <= _LONGEST_SECTION:
        return text
    left_out = len(text) - _LONGEST_SECTION
    return f"[{left_out} characters left out]\n{text[-_LONGEST_SECTION:]}"
