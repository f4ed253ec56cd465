"""Virtual time: it jumps, keeps its order, and stands still for real work."""

import asyncio
import time

from agents.runtime import clock as clocks
from agents.runtime.clock import Clock

DAY = 86_400.0


def test_virtual_time_jumps_over_waits() -> None:
    async def main(clock: Clock) -> tuple[float, float]:
        began = time.monotonic()
        await asyncio.sleep(DAY)
        return clock.now(), time.monotonic() - began

    virtual, real = clocks.run("virtual", main)
    assert virtual == DAY
    assert real < DAY / 1000


def test_the_order_of_many_sleepers_repeats() -> None:
    async def main(clock: Clock) -> list[tuple[float, int]]:
        seen: list[tuple[float, int]] = []

        async def sleeper(number: int) -> None:
            for step in range(5):
                await asyncio.sleep((number * 7 + step * 3) % 5)
                seen.append((clock.now(), number))

        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(sleeper(number))
        return seen

    first = clocks.run("virtual", main)
    assert first == clocks.run("virtual", main)
    assert first == sorted(first, key=lambda entry: entry[0])


def test_real_work_holds_virtual_time() -> None:
    async def main(clock: Clock) -> tuple[float, str]:
        async def real() -> str:
            process = await asyncio.create_subprocess_exec(
                "sh", "-c", "sleep 0.05; echo done", stdout=asyncio.subprocess.PIPE
            )
            said, _ = await process.communicate()
            return said.decode().strip()

        ticking = asyncio.create_task(_tick(clock))
        result = await clock.work(real())
        at = clock.now()
        ticking.cancel()
        return at, result

    at, result = clocks.run("virtual", main)
    assert result == "done"
    assert at == 0.5  # VirtualClock.job_seconds, whatever the job really took


async def _tick(clock: Clock) -> None:
    while True:  # timers that are always due must not push time on while real work is under way
        await asyncio.sleep(0.01)


def test_a_resumed_clock_goes_on() -> None:
    async def main(clock: Clock) -> float:
        return clock.now()

    assert clocks.run("virtual", main, start=12.0) == 12.0
    assert clocks.run("wall", main, start=12.0) >= 12.0


def test_holding_lets_no_time_pass_but_real_events_in() -> None:
    async def main(clock: Clock) -> float:
        sleeper = asyncio.create_task(asyncio.sleep(5))
        with clock.working():
            await asyncio.to_thread(time.sleep, 0.02)
            held_at = clock.now()
            assert not sleeper.done()
        await sleeper
        assert clock.now() == 5
        return held_at

    assert clocks.run("virtual", main) == 0.0
