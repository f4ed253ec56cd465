"""Entering a long recording: how long it takes to open, and to jump to anywhere in it.

The recording has half a million events, made by a team that writes without looking, so it has
more findings than a session would. Opening is until its lines are known and its first events are
made; a jump is until a picture of the moment is there, with the panes' rows, all numbers and all
findings. Garbage is collected as the screen has it collected. Seconds are those of the wall; what
the processor took is said beside the slowest, since other work on the machine takes time too. The
plain way is to read the whole file, and to fold it from the first event.
"""

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.benchmarks import team
from tests.benchmarks.table import Row, Target
from tui.foresight import Foresight
from tui.garbage import Collector
from tui.replay import ReplayFeed
from tui.views.docket import Docket
from tui.views.picture import Picture
from workspaces.history.reader import load
from workspaces.history.tape import HistoryTape

AGENTS: Final = 8
TURNS: Final = 2640
"""Of each agent: half a million events in all."""
JUMPS: Final = 25


def run(quick: bool) -> list[Row]:
    """The rows."""
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        path = Path(folder, "history.jsonl")
        team.record(path, AGENTS, TURNS // 40 if quick else TURNS)
        return measure(path, quick)


def measure(path: Path, quick: bool) -> list[Row]:
    """The rows for the recording at `path`."""
    began = time.perf_counter()
    tape = HistoryTape(path)
    first = tape.events(0, 100)
    opening = time.perf_counter() - began
    assert first
    before = _own_memory()
    ahead = Foresight(tape)
    began = time.perf_counter()
    ahead.start()
    while ahead.charting:
        time.sleep(0.01)
    charting = time.perf_counter() - began
    ahead.wait()
    reading = time.perf_counter() - began
    memory = _own_memory() - before
    collector = Collector()
    collector.start()
    jumps, taken = _jumps(tape, ahead)
    collector.stop()
    # Plain last: the memory of what it reads is not given back.
    began = time.perf_counter()
    events, _ = load(path)
    loading = time.perf_counter() - began
    folding = _folding(events[: 20_000 if quick else 50_000]) * len(events)
    count = len(events)
    note = f"{count:,} events, {path.stat().st_size / 1e6:,.0f} MB, {len(ahead.found):,} findings"
    slowest = (
        f"the slowest of {JUMPS} took {max(jumps):.3f} s; of the processor, the median took "
        f"{statistics.median(taken):.3f} s, the slowest {max(taken):.3f} s"
    )
    return [
        Row("opening a long recording, s", opening, loading, None, Target(2.0), 2, note),
        Row(
            "a jump in it, s", statistics.median(jumps), folding / 2, None, Target(0.1), 3, slowest
        ),
        Row("until a jump to its end is as quick, s", charting, folding, digits=1),
        Row("until all findings are known, in the background, s", reading, folding, digits=1),
        Row("memory that this takes, MB", memory),
    ]


def _folding(events: list[object]) -> float:
    """Seconds an event takes to fold into a picture."""
    picture = Picture(Docket())
    began = time.perf_counter()
    for event in events:
        picture.observe(event)  # type: ignore[arg-type]
    return (time.perf_counter() - began) / len(events)


def _own_memory() -> float:
    """MB of memory that are the process's own."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("RssAnon")]
    return int(line.split()[1]) / 1024


def _jumps(tape: HistoryTape, ahead: Foresight) -> tuple[list[float], list[float]]:
    """How many seconds each jump took, and how many of them the processor worked."""
    pick = random.Random(1)
    docket = Docket()
    feed = ReplayFeed(tape, playing=False, ahead=ahead)
    jumps, taken = [], []
    epoch, picture = feed.epoch, feed.begin(docket)
    for _ in range(JUMPS):
        began, worked = time.perf_counter(), time.process_time()
        feed.seek(pick.random() * feed.seconds)
        new = feed.poll()
        if feed.epoch != epoch:
            epoch, picture = feed.epoch, feed.begin(docket)
        while new:
            for event in new:
                picture.observe(event)
            new = feed.poll() if feed.behind else ()
        picture.catch_up(float("inf"))
        jumps.append(time.perf_counter() - began)
        taken.append(time.process_time() - worked)
    return jumps, taken
