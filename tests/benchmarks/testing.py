"""Five scripted agents who run the tests after every turn: how close they come to a schedule in
which nobody waits for anything but the model, the tests and a free processor.

Each agent's model takes its own time, so the trees they test differ; in every second round all
reply at once and test one tree. The ideal is worked out from the models' times and from how long
one run takes by itself: a run of a tree starts when it is asked for or a processor is free, and
equal trees share one. The plain way calls pytest from the loop, as the paper's system did, which
holds up everyone.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from heapq import heapify, heapreplace
from pathlib import Path
from statistics import median
from typing import Final

from agents.models.base import Chunk, Request, TextChunk, Usage
from agents.models.scripted import ScriptedModel
from agents.runtime.testing import TestRunner
from tests.benchmarks.table import Row, Target
from tests.runtime.teams import play
from workspaces.history import events as e

AGENTS: Final = 5
ROUNDS: Final = 6
MODEL_S: Final = 1.0
APART_S: Final = 0.12
TEST: Final = """\
import time


def test_slow():
    time.sleep(0.25)


def test_sum():
    assert sum(range(200_000)) == 19_999_900_000
"""
PARALLEL: Final = os.cpu_count() or 1


class Paced(ScriptedModel):
    """Writes a file of its own and runs the tests, each turn after its own time."""

    def __init__(self, place: int) -> None:
        super().__init__([])
        self._place = place

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """One write, one test run."""
        await asyncio.sleep(latency(self._place, request.turn))
        path = f"file_{self._place}.py"
        yield TextChunk(f'<write_file path="{path}">x = {request.turn}\n</write_file>')
        yield TextChunk("<run_tests/>")
        yield Usage(tokens_in=1, tokens_out=1, cost_usd=0.0)


def latency(place: int, turn: int) -> float:
    """Seconds of a reply: all at once in even turns, one after another in odd ones."""
    return MODEL_S + (APART_S * place if turn % 2 else 0.0)


def run(quick: bool) -> list[Row]:
    """The row."""
    rounds = 2 if quick else ROUNDS
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        ours, runs = _ours(Path(folder, "s"), rounds)
        alone = asyncio.run(_alone())
        plain = asyncio.run(_plain(Path(folder), 2)) * rounds / 2
    ideal = sum(_ideal(turn, alone) for turn in range(1, rounds + 1))
    note = (
        f"ideal {ideal:.2f} s, of which a test run is {alone * 1000:.0f} ms by itself; "
        f"{runs} runs were started for {AGENTS * rounds} that were asked for; plain: two rounds of "
        f"it, times {rounds / 2:g}"
    )
    return [
        Row(
            f"{AGENTS} agents, tests after every turn, {rounds} rounds, s",
            ours, plain, ideal, Target(round(1.1 * ideal, 3)), 2, note,
        )
    ]  # fmt: skip


def _ours(folder: Path, rounds: int) -> tuple[float, int]:
    """Seconds from the first round's start to the last one's end, and how many trees there were."""
    names = [f"agent-{place + 1}" for place in range(AGENTS)]
    events = play(
        folder,
        {name: [] for name in names},
        models={name: Paced(place) for place, name in enumerate(names)},
        timing="wall",
        rounds=rounds,
        test=TEST,
    )
    began = next(event.t for event in events if isinstance(event, e.RoundStarted))
    ended = [event.t for event in events if isinstance(event, e.RoundEnded)][-1]
    asked = [ev for ev in events if isinstance(ev, e.TestsStarted) and ev.agent != e.SESSION]
    assert len(asked) == AGENTS * rounds
    return ended - began, len({event.tree for event in asked})


async def _alone() -> float:
    """What one run takes when nothing else does."""
    seconds = []
    async with TestRunner(remembered=0) as runner:
        await runner.start()
        for number in range(5):
            files = {"test_one.py": TEST, "file.py": f"x = {number}\n"}
            began = time.monotonic()
            assert (await runner.run(files, ["test_one.py"])).ok
            seconds.append(time.monotonic() - began)
    return median(seconds)


def _ideal(turn: int, alone: float) -> float:
    """Seconds of a round: list scheduling of its different trees on the processors."""
    asked = sorted({latency(place, turn) for place in range(AGENTS)})
    free = [0.0] * PARALLEL
    heapify(free)
    end = 0.0
    for at in asked:
        end = max(end, max(at, free[0]) + alone)
        heapreplace(free, max(at, free[0]) + alone)
    return end


async def _plain(folder: Path, rounds: int) -> float:
    """The same with pytest called from the loop."""
    workspace = folder / "plain"
    workspace.mkdir()
    (workspace / "test_one.py").write_text(TEST)

    async def turn(place: int, number: int) -> None:
        await asyncio.sleep(latency(place, number))
        (workspace / f"file_{place}.py").write_text(f"x = {number}\n")
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "test_one.py"],
            cwd=workspace,
            capture_output=True,
            check=True,
        )

    began = time.monotonic()
    for number in range(1, rounds + 1):
        await asyncio.gather(*(turn(place, number) for place in range(AGENTS)))
    return time.monotonic() - began
