"""How soon a person's `pause` holds a team of sixteen in mid-stream.

A session process with sixteen simulated agents on the wall's clock; whenever text streams, a
command over its socket, from its sending until the answer says that the team stands still. After
that nothing may happen: events between the pause and what follows it are counted.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import Final

from agents.runtime import control, process
from agents.runtime.spec import Spec
from tests.benchmarks.probe import quantile
from tests.benchmarks.sessions import PATIENCE, end, sockets_in
from tests.benchmarks.table import Row, Target
from workspaces.history import events as e
from workspaces.history.reader import FILE_NAME, Reader, load

AGENTS: Final = 16
STANDS: Final = 0.1
"""Seconds for which the team is watched standing still."""


def run(quick: bool) -> list[Row]:
    """The rows."""
    with tempfile.TemporaryDirectory() as name, sockets_in(Path(name)):
        session = Path(name) / "session"
        spec = Spec(suite="math/p0.9", agents=AGENTS, models=("sim-gemini-3-flash",))
        process.start(spec, 1, session)
        try:
            delays = asyncio.run(_pauses(session, 10 if quick else 100))
        finally:
            end(session)
        after = _after_pauses(session)
    name = f"{AGENTS} agents in mid-stream: a pause takes"
    return [
        Row(f"{name}, p50, ms", 1e3 * quantile(delays, 0.5), digits=1),
        Row(f"{name}, p99, ms", 1e3 * quantile(delays, 0.99), None, None, Target(100), 1),
        Row("the same: events while the team stood still", after, None, None, Target(0)),
    ]


async def _pauses(session: Path, count: int) -> list[float]:
    """Seconds from each command to its answer."""
    dice, delays = random.Random(1), []
    reader = Reader(session / FILE_NAME)
    link = await control.connect(session)
    while len(delays) < count:
        await _streams(reader)
        await asyncio.sleep(dice.uniform(0.0, 0.1))
        began = time.perf_counter()
        await link.send("pause")
        delays.append(time.perf_counter() - began)
        await asyncio.sleep(STANDS)
        await link.send("continue")
    await link.aclose()
    reader.close()
    return delays


async def _streams(reader: Reader) -> None:
    """Return when some agent's text has just come."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if any(isinstance(event, e.Text) for event in reader.poll()):
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("no agent said anything")


def _after_pauses(session: Path) -> int:
    """How many events of the team came between a pause and the command that ended it. Commits of
    what was written before are still noted."""
    events, _ = load(session / FILE_NAME)
    paused, count = False, 0
    for event in events:
        if isinstance(event, e.SessionPaused):
            paused = True
        elif isinstance(event, e.CommandGiven):
            paused = False
        elif not isinstance(event, e.WritesCommitted):
            count += paused
    return count
