"""How long after a write by another process the gateway knows of it.

The writer is a process of its own, with its own clock readings in what it writes: each file holds
the moment (monotonic, shared by all processes of a machine) at which it was put there by rename.
Delays are to the return of the recorded event, which is when a finding can be made.

Ways: `ours`, the watch with its step and debounce; `plain`, the same with the library's own pace;
`limit`, raw inotify with no reading, hashing or recording, read by a blocked thread.

    python -m tests.benchmarks.watching
"""

import asyncio
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.files.conftest import start
from workspaces.files.watcher import DEBOUNCE_MS, STEP_MS, watch
from workspaces.history.events import AnyEvent, OutsideWrite

WRITER = """
import os, sys, time
root, count, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
for number in range(count):
    time.sleep(pause)
    with open(f"{root}/.git/next", "w") as file:
        file.write(f"{time.monotonic_ns()} {number}\\n")
    os.replace(f"{root}/.git/next", f"{root}/f{number % 40}.py")
"""
PACES = {"10 ms apart": (150, 0.01), "single": (10, 0.2)}
TARGET_MS = 50.0


@dataclass(frozen=True)
class Delays:
    """Milliseconds, and which share of the writes was seen at all before its file was replaced."""

    p50: float
    p95: float
    seen: float


def main() -> None:
    """Measure all ways and print one table."""
    print("a write by another process until the gateway has recorded it, ms")
    print(f"{'way':<34}{'writes':>14}{'p50':>9}{'p95':>9}{'seen':>8}")
    for way, pace, delays in measure():
        print(f"{way:<34}{pace:>14}{delays.p50:>9.1f}{delays.p95:>9.1f}{delays.seen:>8.0%}")
    print(f"target: p95 below {TARGET_MS:g} ms, to the screen")


def measure(paces: dict[str, tuple[int, float]] = PACES) -> list[tuple[str, str, Delays]]:
    """The delays by way and pace: how many writes, and the seconds between them."""
    results = []
    ways = {f"ours: step {STEP_MS}, debounce {DEBOUNCE_MS}": (STEP_MS, DEBOUNCE_MS)}
    ways["plain: step 50, debounce 1600"] = (50, 1600)
    for way, (step, debounce) in ways.items():
        for pace, (number, pause) in paces.items():
            with tempfile.TemporaryDirectory() as folder:
                delays = asyncio.run(_watched(Path(folder), step, debounce, number, pause))
            results.append((way, pace, delays))
    for pace, (number, pause) in paces.items():
        with tempfile.TemporaryDirectory() as folder:
            results.append(("limit: inotify", pace, _inotify(Path(folder), number, pause)))
    return results


async def _watched(folder: Path, step: int, debounce: int, number: int, pause: float) -> Delays:
    session = start(folder)
    delays: list[float] = []
    last = asyncio.Event()

    def hear(event: AnyEvent) -> None:
        if isinstance(event, OutsideWrite) and event.path.startswith("f"):
            written, index = map(int, session.state.blobs[event.blob].split())
            delays.append((time.monotonic_ns() - written) / 1e6)
            if index == number - 1:
                last.set()

    session.writer.observe(hear)
    stop, ready = asyncio.Event(), asyncio.Event()
    watching = asyncio.create_task(
        watch(session.root, session.gateway, stop=stop, ready=ready, step=step, debounce=debounce)
    )
    await ready.wait()
    writer = _writer(session.root, number, pause)
    await last.wait()
    stop.set()
    await watching
    await asyncio.to_thread(writer.wait)
    session.close()
    return _summary(delays, number)


def _inotify(root: Path, number: int, pause: float) -> Delays:
    libc = ctypes.CDLL(None, use_errno=True)
    (root / ".git").mkdir()
    notify = libc.inotify_init1(os.O_CLOEXEC)
    moved_to = 0x80
    libc.inotify_add_watch(notify, os.fsencode(root), moved_to)
    writer = _writer(root, number, pause)
    delays: list[float] = []
    while len(delays) < number:
        batch = os.read(notify, 1 << 16)
        now = time.monotonic_ns()
        at = 0
        while at < len(batch):
            length = int.from_bytes(batch[at + 12 : at + 16], sys.byteorder)
            name = batch[at + 16 : at + 16 + length].rstrip(b"\0")
            written = int((root / os.fsdecode(name)).read_text().split()[0])
            delays.append((now - written) / 1e6)
            at += 16 + length
    writer.wait()
    os.close(notify)
    return _summary(delays, number)


def _writer(root: Path, number: int, pause: float) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(root), str(number), str(pause)])


def _summary(delays: list[float], number: int) -> Delays:
    ordered = sorted(delays)
    return Delays(
        p50=ordered[len(ordered) // 2],
        p95=ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        seen=len(ordered) / number,
    )


if __name__ == "__main__":
    main()
