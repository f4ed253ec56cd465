"""How long after an outside process has written a file its finding is on the screen.

Ours is everything at once: a session process with simulated models on the wall's clock, paused
once an agent has written a file so that nothing else happens; a screen in a terminal; and this
process, which overwrites the agent's file with other contents again and again. From the return of
the write to the end of the frame that first shows the finding in the list. Plain and limit are
only the notification of a write: by watchfiles at its own pace, and by raw inotify.
"""

import json
import random
import time
from pathlib import Path
from typing import Final

from agents.runtime import process
from agents.runtime.folder import WORKSPACE
from agents.runtime.spec import Spec
from tests.benchmarks import watching
from tests.benchmarks.probe import quantile
from tests.benchmarks.sessions import PATIENCE, command, end, sockets_in
from tests.benchmarks.table import Row, Target
from tests.benchmarks.terminal import Terminal, terminal
from workspaces.history.codec import digest
from workspaces.history.events import OUTSIDE, SESSION, AnyEvent, FileWritten, OutsideWrite
from workspaces.history.reader import FILE_NAME, Reader

COLUMNS: Final = 160
ROWS: Final = 50
MISSED: Final = 2.0
"""Seconds after which a finding counts as not shown."""
GAPS: Final = (0.05, 0.35)
"""Seconds between two writes, at random: not in step with anything that the screen does."""


def run(quick: bool) -> list[Row]:
    """The rows."""
    known, painted, missed = _delays(10 if quick else 50)
    pace = {"single": (10 if quick else 20, 0.2)}
    by_way = {way.partition(":")[0]: delays for way, _, delays in watching.measure(pace)}
    plain, limit = by_way["plain"], by_way["limit"]
    note = f"{missed} of {missed + len(painted)} were not shown in {MISSED:g} s" if missed else ""
    name = "outside write to a finding on the screen"

    def ms(share: float) -> tuple[float, float]:
        return 1e3 * quantile(painted, share), 1e3 * quantile(known, share)

    (p50, known50), (p95, known95) = ms(0.5), ms(0.95)
    return [
        Row(f"{name}, p50, ms", p50, plain.p50, limit.p50, None, 1, note),
        Row(f"{name}, p95, ms", p95, plain.p95, limit.p95, Target(50), 1),
        Row("of that until it is in the history, p50, ms", known50, None, None, None, 1),
        Row("of that until it is in the history, p95, ms", known95, None, None, None, 1),
    ]


def _delays(count: int) -> tuple[list[float], list[float], int]:
    """Seconds until a write was read back from the history, and until its finding was painted;
    and how many findings were not painted in time."""
    with terminal() as (screen, folder), sockets_in(folder):
        session = folder / "session"
        spec = Spec(suite="math/p0.5", agents=4, models=("sim-gemini-3-flash",))
        process.start(spec, 1, session)
        try:
            return _measure(session, screen, folder, count)
        finally:
            end(session)


def _measure(
    session: Path, screen: Terminal, folder: Path, count: int
) -> tuple[list[float], list[float], int]:
    reader = Reader(session / FILE_NAME)
    written = _first_write(reader)
    command(session, "pause")
    ready, log = folder / "ready.json", folder / "painted.jsonl"
    load = {"history": str(session / FILE_NAME), "out": str(ready), "painted": str(log)}
    screen.start(["-m", "tests.benchmarks.screen", json.dumps(load)], COLUMNS, ROWS)
    screen.wait_for(ready, PATIENCE)
    time.sleep(1.0)  # the screen reads up, and the agents' last test runs end
    target = session / WORKSPACE / written.path
    pick = random.Random(1)
    known, painted, missed = [], [], 0
    for number in range(count):
        time.sleep(pick.uniform(*GAPS))
        content = f"# written outside, number {number}\n"
        aside = folder / "aside"
        aside.write_text(content)
        aside.replace(target)
        at = time.monotonic()
        event, seen = _heard(reader, digest(content.encode()))
        known.append(seen - at)
        shown = _painted(log, f"write:{event.seq}", at + MISSED)
        if shown is None:
            missed += 1
        else:
            painted.append(shown - at)
    reader.close()
    if not painted:
        raise SystemExit(f"No finding was shown. On the screen:\n{screen.text()}")
    return known, painted, missed


def _first_write(reader: Reader) -> FileWritten:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for event in reader.poll():
            if isinstance(event, FileWritten) and event.agent != SESSION:
                return event
        time.sleep(0.05)
    raise SystemExit("No agent wrote a file.")


def _heard(reader: Reader, blob: str) -> tuple[OutsideWrite, float]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        events: list[AnyEvent] = reader.poll()
        for event in events:
            if isinstance(event, OutsideWrite) and event.blob == blob and event.agent == OUTSIDE:
                return event, time.monotonic()
        time.sleep(0.0005)
    raise SystemExit("A write was not noticed.")


def _painted(log: Path, key: str, deadline: float) -> float | None:
    """When the finding was painted, `None` if not by then."""
    while time.monotonic() < deadline:
        lines = log.read_text().splitlines(keepends=True) if log.exists() else []
        for line in reversed(lines):
            found, at = json.loads(line) if line.endswith("\n") else ("", 0.0)
            if found == key:
                return float(at)
        time.sleep(0.002)
    return None
