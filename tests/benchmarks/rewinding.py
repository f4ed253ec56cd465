"""Rewinding in a history of 100,000 events: from its end to any event, and back by steps.

What is measured has everything of a cut in it: state, what agents have yet to be told, contexts,
mail, clocks, files. The plain way is to fold the history from its first event.
"""

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from agents.debugger.cut import Cut
from agents.debugger.rewinding import Rewinder
from agents.debugger.stops import TURN
from tests.benchmarks import team
from tests.benchmarks.table import Row, Target
from workspaces.history.tape import HistoryTape

AGENTS: Final = 8
TURNS: Final = 530
"""Of each agent: a hundred thousand events in all."""
JUMPS: Final = 40


def run(quick: bool) -> list[Row]:
    """The rows."""
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        path = Path(folder, "history.jsonl")
        team.record(path, AGENTS, TURNS // 20 if quick else TURNS)
        return measure(path)


def measure(path: Path) -> list[Row]:
    """The rows for the recording at `path`."""
    tape = HistoryTape(path)
    total = len(tape)
    began = time.perf_counter()
    cut = Cut()
    for event in tape.events(0, total):
        cut.observe(event)
    plain = time.perf_counter() - began
    place = Rewinder(tape)
    began = time.perf_counter()
    place.goto(total)
    first = time.perf_counter() - began
    pick, jumps, steps = random.Random(1), [], []
    for _ in range(JUMPS):
        place.goto(total)
        wanted = pick.randrange(1, total)
        began = time.perf_counter()
        place.goto(wanted)
        place.cut.tree()
        for name in place.cut.state.agents:
            place.cut.context(name)
        jumps.append(time.perf_counter() - began)
        began = time.perf_counter()
        place.back(TURN)
        steps.append(time.perf_counter() - began)
    slowest = f"the slowest of {JUMPS} took {max(jumps):.3f} s; {total:,} events"
    return [
        Row(
            "rewinding to any event, s",
            statistics.median(jumps),
            plain / 2,
            None,
            Target(0.5),
            3,
            slowest,
        ),
        Row("a step back by a turn there, s", statistics.median(steps), digits=3),
        Row("going through it the first time, s", first, plain, digits=2),
    ]
