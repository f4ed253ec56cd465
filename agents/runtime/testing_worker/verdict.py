"""From a child's notes and the way it ended to the answer that leaves the confinement.

Notes and output were written by a process in which untrusted code ran: they are bounded, decoded
without trust and cleaned of control characters, and a run without a note of its end is an error
whatever its exit status says, as is one that ended well without running all it had collected
(`pytest.exit` can ask for that). What differs between two runs of one tree (durations, addresses,
temporary paths) is taken out, so that equal trees answer byte for byte the same.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field

from .child import Limits, Place

TIMED_OUT, KILLED = 124, 137
_CPU_TIME_OVER = 128 + 24  # SIGXCPU
_FAILED, _INTERRUPTED, _NOT_FINISHED = 1, 2, 3  # pytest's; the last is an internal error
_MOST_NAMES = 1000
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,16}\b")
_CUT_ADDRESS = re.compile(r"\.\.\.(?:a?t? ?0?x)?[0-9a-fA-F]{4,16}>")
"""The end of an object whose name pytest shortened in the middle."""
_DURATION = re.compile(
    r"^(no tests (?:ran|collected)|\d+ \w+(?:, \d+ \w+)*) in \d+\.\d+s(?: \([\d:]+\))?$", re.M
)


@dataclass
class Notes:
    """What the recorder wrote, as far as it can be read."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    failures: dict[str, None] = field(default_factory=dict)
    current: str = ""
    collected: int = -1
    finished: int = 0
    end: int | None = None
    fault: str = ""

    def add(self, kind: str, value: str | int) -> None:
        """Take in one note; unknown ones are passed over."""
        if kind == "end" and isinstance(value, int):
            self.end = value
        elif kind == "fault":
            self.fault = str(value)
        elif kind == "collected" and isinstance(value, int):
            self.collected = value
        elif kind == "start":
            self.current = str(value)
        elif kind == "finished":
            self.finished += 1
        elif kind == "passed":
            self.passed += 1
        elif kind in ("failed", "error"):
            self.failed += kind == "failed"
            self.errors += kind == "error"
            self.failures[str(value)] = None


def read_notes(data: bytes) -> Notes:
    """Read notes line by line; lines that are not notes are passed over."""
    notes = Notes()
    for line in data.splitlines():
        try:
            note = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(note, list) and len(note) == 2 and isinstance(note[0], str):
            notes.add(note[0], note[1] if isinstance(note[1], int) else str(note[1]))
    return notes


def judge(
    notes: Notes, status: int, killed_for: str, output: bytes, place: Place, limits: Limits
) -> dict[str, object]:
    """The answer for a child that ended with the shell's `status`, or was `killed_for` a cause."""
    code, remark = _code(notes, status, killed_for, limits)
    if remark and notes.current:
        notes.failures[notes.current] = None
        remark += f" (in {notes.current})"
    errors = notes.errors
    if code not in (0, 1, 5):
        errors = max(errors, 1)
    return {
        "returncode": code,
        "passed": notes.passed,
        "failed": notes.failed,
        "errors": errors,
        "failures": [clean(name) for name in list(notes.failures)[:_MOST_NAMES]],
        "output": tidy(output, remark, place, limits.output),
    }


def judge_script(
    notes: Notes, status: int, killed_for: str, output: bytes, place: Place, limits: Limits
) -> dict[str, object]:
    """The answer for a script: its own exit status, unless it was stopped."""
    code, remark = status, ""
    if killed_for == "time":
        code, remark = TIMED_OUT, f"Stopped: not finished after {limits.wall:g} seconds"
    elif killed_for:
        code, remark = KILLED, f"Stopped: {killed_for}"
    elif status == _CPU_TIME_OVER:
        code = TIMED_OUT
        remark = f"Stopped: more than {limits.cpu} seconds of processor time"
    elif notes.fault:
        remark = f"The script could not be run: {notes.fault}"
    elif status > 128 and notes.end is None:
        remark = f"The script was killed by signal {status - 128}"
    return {
        "returncode": code,
        "passed": 0,
        "failed": 0,
        "errors": 0,
        "failures": [],
        "output": tidy(output, remark, place, limits.output),
    }


def _code(notes: Notes, status: int, killed_for: str, limits: Limits) -> tuple[int, str]:
    if killed_for == "time":
        return TIMED_OUT, f"Stopped: not finished after {limits.wall:g} seconds"
    if killed_for:
        return KILLED, f"Stopped: {killed_for}"
    if notes.end is not None and notes.end == status:
        if status == 0 and (notes.failed or notes.errors):
            return _FAILED, ""
        if status == 0 and notes.finished != notes.collected:
            return _INTERRUPTED, "Stopped before all tests had run"
        return status, ""
    if status == _CPU_TIME_OVER:
        return TIMED_OUT, f"Stopped: more than {limits.cpu} seconds of processor time"
    if notes.fault:
        return _NOT_FINISHED, f"The tests could not be run: {notes.fault}"
    if status >= 128:
        return status, f"The test process was killed by signal {status - 128}"
    return _NOT_FINISHED, f"The test process exited with status {status} before pytest finished"


def tidy(output: bytes, remark: str, place: Place, longest: int) -> str:
    """The end of `output` as plain text that is the same for every run of one tree."""
    text = output.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for folder, name in (
        (place.workspace + "/", ""),
        (place.workspace, "."),
        (place.temporary, "/tmp"),
        (sys.prefix, "<python>"),
        (sys.base_prefix, "<python>"),
    ):
        if folder not in ("/tmp", "/usr"):
            text = text.replace(folder, name)
    text = _CUT_ADDRESS.sub("...>", _ADDRESS.sub("at 0x...", clean(text)))
    text = _DURATION.sub(r"\1", text).strip("\n")
    if remark:
        text = f"{text}\n{clean(remark)}".lstrip("\n")
    if len(text) > longest:
        text = f"[{len(text) - longest} characters left out]\n{text[-longest:]}"
    return text + "\n" if text else ""


def clean(text: str) -> str:
    """`text` without control characters, which a terminal might obey."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
