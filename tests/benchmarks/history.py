"""How many events a second go into a history and come out again.

The events are those of a team at work. Ours appends them with numbers, times and vector clocks;
plain is `json.dumps` of the same as dictionaries into a file that is flushed after each; the limit
is the codec and the write alone. Reading: ours decodes and folds, plain is `json.loads`, the limit
decodes.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks import team
from tests.benchmarks.table import Row
from workspaces.history.codec import decode, encode
from workspaces.history.events import AnyEvent
from workspaces.history.reader import load
from workspaces.history.state import fold
from workspaces.history.writer import HistoryWriter

AGENTS: Final = 16
TURNS: Final = 40
REPEATS: Final = 3


def run(quick: bool) -> list[Row]:
    """The rows."""
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as name:
        source, copy = Path(name, "source.jsonl"), Path(name, "copy.jsonl")
        team.record(source, AGENTS, TURNS // 4 if quick else TURNS)
        events, _ = load(source)
        size = source.stat().st_size / len(events)
        dictionaries = [json.loads(line) for line in source.read_bytes().splitlines()]

        def rate(job: Callable[[], float]) -> float:
            """The best of some repeats: what disturbs only ever makes it slower."""
            return len(events) / min(job() for _ in range(REPEATS))

        appended = (
            rate(lambda: _append(copy, events)),
            rate(lambda: _append_plain(copy, dictionaries)),
            rate(lambda: _append_least(copy, events)),
        )
        read = (
            rate(lambda: _seconds(lambda: fold(load(source)[0]))),
            rate(lambda: _seconds(lambda: [json.loads(line) for line in _lines(source)])),
            rate(lambda: _seconds(lambda: [decode(line) for line in _lines(source)])),
        )
    note = f"{len(events):,} events of {size:,.0f} bytes on average"
    return [
        Row("events/s appended to a history", *appended, note=note),
        Row("events/s read back and folded", *read),
    ]


def _seconds(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def _append(path: Path, events: Sequence[AnyEvent]) -> float:
    """Seconds until all are on the disk; a history is closed at leisure."""
    path.unlink(missing_ok=True)
    with HistoryWriter(path, time.monotonic) as writer:
        began = time.perf_counter()
        for event in events:
            writer.append(event)
        writer.sync()
        return time.perf_counter() - began


def _append_plain(path: Path, events: Sequence[object]) -> float:
    began = time.perf_counter()
    with path.open("w") as file:
        for event in events:
            file.write(json.dumps(event) + "\n")
            file.flush()
    return time.perf_counter() - began


def _append_least(path: Path, events: Sequence[AnyEvent]) -> float:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    began = time.perf_counter()
    for event in events:
        os.write(file, encode(event))
    os.close(file)
    return time.perf_counter() - began
