"""Sixteen panes into which agents pour text, with everything else of the screen live.

Ours is the whole product: one process writes a history as a session does, the real screen follows
it, folds it, finds what collides and draws panes, lists and footer. The plain way (a `RichLog` per
pane) and the limit (cursor movements by hand) only have to show the text; see `streaming`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import streaming
from tests.benchmarks.probe import Figures
from tests.benchmarks.table import Row, Target
from tests.benchmarks.terminal import ROOT, environment, figures

AGENTS = 16
RATE = 200.0


def run(quick: bool) -> list[Row]:
    """The rows."""
    seconds = 3.0 if quick else 8.0
    ours = whole(seconds)
    options = {"panes": AGENTS, "rate": RATE, "seconds": seconds}
    plain, limit = (streaming.run(way, options) for way in ("plain", "limit"))

    def row(name: str, key: str, target: Target | None = None, digits: int = 0) -> Row:
        title = f"{AGENTS} panes x {RATE:.0f} tokens/s: {name}"
        return Row(title, ours[key], plain[key], limit[key], target, digits)

    return [
        row("10 ms timer late by, p50, ms", "p50_ms", digits=1),
        row("the same, p99, ms", "p99_ms", Target(20), 1),
        row("frames/s", "fps", Target(25, least=True), 1),
        row("% of a core", "cpu", Target(60)),
        row("kB/s to the terminal", "kb_s"),
        row("resident memory, MB", "rss_mb"),
    ]


def whole(seconds: float) -> Figures:
    """The figures of the real screen beside a team at work."""
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        history = Path(folder, "history.jsonl")
        flood = [
            sys.executable,
            "-m",
            "tests.benchmarks.flood",
            str(history),
            f"{AGENTS}",
            f"{RATE}",
        ]
        team = subprocess.Popen(flood, cwd=ROOT, env=environment())
        try:
            load = {
                "history": str(history),
                "seconds": seconds,
                "columns": streaming.COLUMNS,
                "rows": streaming.ROWS,
            }
            found: Figures = figures(["-m", "tests.benchmarks.screen"], load, seconds + 40)
            return found
        finally:
            team.kill()
            team.wait()
