"""How long a screen takes from the start of its process to its first whole frame.

Ours is `crosstalk replay` of a session of four agents. The plain way is a bare Textual app with
stock widgets of the same kind and number, filled with text from its own source: a `RichLog` per
agent, tabs, two option lists and a static footer. The limit is curses. All run in a terminal of
160 by 50 cells, turn by turn. A frame is whole when every word of `MARKS` has been written to the
terminal; the time is taken when the last of them is.

    python -m tests.benchmarks.opening LOAD
"""

import json
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.table import Row, Target
from tests.benchmarks.terminal import STARTED, figures

COLUMNS: Final = 160
ROWS: Final = 50
AGENTS: Final = tuple(f"agent-{number}" for number in range(1, 5))
MARKS: Final = (*AGENTS, "Findings", "task-3", "F1")
"""Of each pane, of both lists and of the footer."""

_ESCAPES: Final = re.compile(r"\x1b(\[[0-9;:?<=>]*[a-zA-Z]|[()=>].?|P[^\x1b]*\x1b\\)")


def run(quick: bool) -> list[Row]:
    """The row."""
    from tests.benchmarks import team

    took: dict[str, list[float]] = {"ours": [], "plain": [], "limit": []}
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        history = Path(folder, "history.jsonl")
        team.record(history, len(AGENTS), turns=12)
        for round_ in range(4 if quick else 9):
            for way, seconds in took.items():
                load = {"way": way, "history": str(history), "columns": COLUMNS, "rows": ROWS}
                found = figures(["-m", "tests.benchmarks.opening"], load, 30)
                if round_:  # the first finds nothing in the machine's caches
                    seconds.append(found["seconds"])
    ours, plain, limit = (statistics.median(seconds) for seconds in took.values())
    target = Target(1.3, ratio=True)
    return [Row("first frame of a session of 4, s", ours, plain, limit, target, 3)]


class Watch:
    """Sees what is written, and ends the program once the frame is whole."""

    def __init__(self, out: str) -> None:
        self._out = out
        self._written = ""

    def see(self, text: str) -> None:
        """`text` has just been written."""
        at = time.monotonic()
        self._written += text
        plain = _ESCAPES.sub("", self._written)
        if all(mark in plain for mark in MARKS):
            seconds = at - float(os.environ[STARTED])
            Path(self._out + ".part").write_text(json.dumps({"seconds": seconds}))
            Path(self._out + ".part").rename(self._out)
            os._exit(0)


def ours(load: dict[str, Any], watch: Watch) -> None:
    """The product, from its command line on."""
    watch_driver(watch)
    from tui.cli import main

    main(["replay", load["history"]])


def watch_driver(watch: Watch) -> None:
    """Let `watch` see what Textual writes. Imports nothing that the app does not need anyway."""
    from textual.drivers.linux_driver import LinuxDriver

    write = LinuxDriver.write

    def writing(driver: LinuxDriver, data: str) -> None:
        write(driver, data)
        watch.see(data)

    LinuxDriver.write = writing  # type: ignore[assignment, method-assign]


def plain(watch: Watch) -> None:
    """The bare app."""
    watch_driver(watch)
    from textual.app import App, ComposeResult
    from textual.containers import Grid, Horizontal, Vertical
    from textual.widgets import OptionList, RichLog, Static, Tabs

    class Bare(App[None]):
        CSS = """
        Grid { grid-size: 2; }
        RichLog { border: round $primary; }
        #side { width: 48; }
        OptionList { height: 1fr; }
        #foot { height: 2; }
        """

        def compose(self) -> ComposeResult:
            with Horizontal():
                with Grid():
                    for name in AGENTS:
                        log = RichLog(wrap=True)
                        log.border_title = name
                        yield log
                with Vertical(id="side"):
                    yield Tabs("Findings", "Tasks", "Files", "Messages", "Tests")
                    yield OptionList("No findings yet")
                    yield OptionList(*(f"task-{n} part_{n}" for n in range(1, 25)))
            yield Static("running 0:00 tasks 0/24 findings 0\nF1 help  space pause", id="foot")

        def on_mount(self) -> None:
            for log in self.query(RichLog):
                log.write("turn 1")

    Bare().run()


def limit(watch: Watch) -> None:
    """Curses."""
    import curses

    def draw(window: curses.window) -> None:
        for place, name in enumerate(AGENTS):
            y, x = divmod(place, 2)
            pane = window.subwin(23, 55, y * 23, x * 55)
            pane.box()
            pane.addstr(0, 2, name)
            pane.addstr(1, 1, "turn 1")
        for number in range(1, 25):
            window.addstr(number + 20, 112, f"task-{number} part_{number}")
        window.addstr(0, 112, "Findings  Tasks  Files  Messages  Tests")
        window.addstr(48, 0, "running 0:00 tasks 0/24 findings 0  F1 help  space pause")
        window.refresh()
        watch.see(" ".join(MARKS))

    curses.wrapper(draw)


def main(load: dict[str, Any]) -> None:
    """Run one way."""
    watch = Watch(load["out"])
    match load["way"]:
        case "ours":
            ours(load, watch)
        case "plain":
            plain(watch)
        case _:
            limit(watch)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
