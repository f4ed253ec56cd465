"""What is measured inside a program under test, and how its figures get out of it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import psutil  # type: ignore[import-untyped]

TIMER: Final = 0.010
"""Seconds that the timer sleeps; how much longer it slept is the delay a key press would meet."""
WARM: Final = 2.0
"""Seconds before measuring begins."""

Figures = dict[str, float]


class Probe:
    """Delays of a timer on the program's loop, frames painted, bytes written, CPU and memory."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.frames = 0
        self.bytes = 0
        self._process = psutil.Process()
        self._began = self._used = 0.0

    async def timer(self) -> None:
        """Sleep 10 ms for ever, noting by how much it was too long."""
        while True:
            due = time.perf_counter() + TIMER
            await asyncio.sleep(TIMER)
            self.delays.append(time.perf_counter() - due)

    def begin(self) -> None:
        """Forget what happened while warming up."""
        self.delays.clear()
        self.frames = self.bytes = 0
        self._began, self._used = time.perf_counter(), time.process_time()

    def result(self) -> Figures:
        """The figures since `begin`."""
        seconds = time.perf_counter() - self._began
        delays = self.delays or [float("nan")]
        return {
            "p50_ms": 1e3 * quantile(delays, 0.5),
            "p99_ms": 1e3 * quantile(delays, 0.99),
            "max_ms": 1e3 * max(delays),
            "fps": self.frames / seconds,
            "cpu": 100 * (time.process_time() - self._used) / seconds,
            "kb_s": self.bytes / seconds / 1e3,
            "rss_mb": self._process.memory_info().rss / 1e6,
        }


def quantile(values: list[float], share: float) -> float:
    """The smallest of `values` that is at least as large as that share of them."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


async def measured(load: dict[str, Any], probe: Probe, run: Callable[[], Awaitable[None]]) -> None:
    """Run `run` beside the timer, measure for `load["seconds"]`, and save the figures."""
    tasks = [asyncio.create_task(probe.timer()), asyncio.ensure_future(run())]
    await asyncio.sleep(WARM)
    probe.begin()
    await asyncio.sleep(load["seconds"])
    result = probe.result()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    save(load["out"], result)


def save(out: str, result: Figures) -> None:
    """Put the figures, all at once, where the program that started this one looks for them."""
    path = Path(out)
    path.with_suffix(".part").write_text(json.dumps(result))
    path.with_suffix(".part").rename(path)
