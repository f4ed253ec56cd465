"""Programs in a real terminal: a detached tmux session of a given size.

A headless run writes no escape codes and looks better than it is; and Textual draws on standard
error, which therefore must be left alone.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
STARTED: Final = "CROSSTALK_BENCHMARK_STARTED"
"""The variable in which a program finds when it was started, on the machine's steady clock."""

_LAUNCH: Final = (
    "import os, sys, time; "
    f"os.environ[{STARTED!r}] = repr(time.monotonic()); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


def environment() -> dict[str, str]:
    """What a program under test finds in its environment."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLORTERM": "truecolor"}


class Terminal:
    """A program in its terminal."""

    def __init__(self, folder: Path) -> None:
        self._tmux = ("tmux", "-S", str(folder / "tmux"), "-f", os.devnull)

    def start(self, arguments: Sequence[str], columns: int, rows: int) -> None:
        """Run this Python with `arguments`."""
        command = shlex.join(["exec", sys.executable, "-I", "-S", "-c", _LAUNCH, *arguments])
        keep = ("set-option", "-g", "remain-on-exit", "on", ";")  # to read what went wrong
        new = ("new-session", "-d", "-x", str(columns), "-y", str(rows), command)
        subprocess.run([*self._tmux, *keep, *new], check=True, env=environment(), cwd=ROOT)

    def wait_for(self, out: Path, seconds: float) -> Any:
        """What the program saves at `out`. Ends the benchmarks when it does not come in time."""
        deadline = time.monotonic() + seconds
        while not out.exists():
            if time.monotonic() > deadline:
                raise SystemExit(f"No result after {seconds:.0f} s. On the screen:\n{self.text()}")
            time.sleep(0.02)
        return json.loads(out.read_text())

    def text(self) -> str:
        """What the terminal shows."""
        done = subprocess.run(
            [*self._tmux, "capture-pane", "-p"], check=False, capture_output=True, text=True
        )
        return done.stdout

    def close(self) -> None:
        """End the program and its terminal."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@contextmanager
def terminal() -> Iterator[tuple[Terminal, Path]]:
    """A terminal and a folder, both gone in the end."""
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as name:
        opened = Terminal(Path(name))
        try:
            yield opened, Path(name)
        finally:
            opened.close()


def figures(arguments: Sequence[str], load: dict[str, Any], seconds: float) -> Any:
    """What the module that `arguments` name saves, run with `load` in a terminal of the size that
    the load says."""
    with terminal() as (opened, folder):
        out = folder / "result.json"
        given = json.dumps({**load, "out": str(out)})
        opened.start([*arguments, given], load["columns"], load["rows"])
        return opened.wait_for(out, seconds)
