"""How fluid a screen full of streaming panes is, in a real terminal.

Each way of showing the text runs as a program of its own in a detached tmux session of 200 by 50
cells: headless runs write no escape codes and look better than they are. Sixteen panes get 200
tokens a second each, owed by the clock and handed over in at most 30 flushes a second, so that the
frame rate gives way under load while the text does not. Beside it, on the same loop, a task sleeps
10 ms again and again; how much longer it slept is the delay a key press would meet.

Ways: `ours`, the pane of this app; `plain`, a `RichLog` per pane, which is what one would reach
for; `limit`, the same text cut at a fixed width and written with cursor movements by hand, on a
bare event loop: what no toolkit can beat.

    python -m tests.benchmarks.streaming              # the table
    python -m tests.benchmarks.streaming --memory     # resident memory, 100,000 lines in each pane
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.probe import Figures, Probe, measured, save
from tests.benchmarks.terminal import figures
from tests.benchmarks.texts import lines, tokens

WAYS = ("ours", "plain", "limit")
COLUMNS, ROWS = 200, 50
FLUSHES = 30
LINES = 100_000


async def feed(
    write: Callable[[int, str], Any], flush: Callable[[], Any], load: dict[str, Any]
) -> None:
    """Hand over tokens as the clock owes them, for ever."""
    panes, rate = load["panes"], load["rate"]
    texts = [tokens(5_000, seed) for seed in range(panes)]
    given = [0] * panes
    began = time.perf_counter()
    while True:
        frame = time.perf_counter()
        owed = int((frame - began) * rate)
        for pane, text in enumerate(texts):
            chunk = [text[at % len(text)] for at in range(given[pane], owed)]
            given[pane] = owed
            if chunk:
                write(pane, "".join(chunk))
        flush()
        await asyncio.sleep(max(1 / FLUSHES - (time.perf_counter() - frame), 0.002))


def textual_program(load: dict[str, Any]) -> None:
    """Run `ours` or `plain`."""
    from textual.app import App, ComposeResult
    from textual.containers import Grid
    from textual.widget import Widget
    from textual.widgets import RichLog

    from tui.garbage import Collector
    from tui.widgets.stream import StreamView

    probe = Probe()
    ours = load["way"] == "ours"

    class Panes(App[None]):
        CSS = "Grid { grid-size: 4; grid-gutter: 1; } RichLog { scrollbar-size: 1 1; }"

        def compose(self) -> ComposeResult:
            with Grid():
                for _ in range(load["panes"]):
                    yield StreamView() if ours else RichLog(wrap=True, min_width=0)

        def _display(self, screen: Any, renderable: Any) -> None:
            if renderable is not None:
                probe.frames += 1
            super()._display(screen, renderable)

        def on_mount(self) -> None:
            assert self._driver is not None
            write = self._driver.write

            def counted(data: str) -> None:
                probe.bytes += len(data)
                write(data)

            self._driver.write = counted  # type: ignore[method-assign]
            self.run_worker(self.measure())

        async def measure(self) -> None:
            await asyncio.sleep(0.5)
            Collector().start()
            views = list(self.query(StreamView if ours else RichLog))
            if load["memory"]:
                await fill(views, load, probe)
            else:
                await measured(load, probe, lambda: self.feed(views))
            self.exit()

        async def feed(self, views: list[Widget]) -> None:
            if ours:
                await feed(
                    lambda pane, text: views[pane].stream(text),  # type: ignore[attr-defined]
                    lambda: [view.flush() for view in views],  # type: ignore[attr-defined]
                    load,
                )
            else:
                await feed(
                    lambda pane, text: views[pane].write(text),  # type: ignore[attr-defined]
                    lambda: None,
                    load,
                )

    Panes().run()


async def fill(views: list[Any], load: dict[str, Any], probe: Probe) -> None:
    """Append the lines, a thousand at a time and with frames between, and note the memory."""
    from tui.views.row import Row

    probe.begin()
    started = time.perf_counter()
    for begin in range(0, load["lines"], 1_000):
        for pane, view in enumerate(views):
            count = min(1_000, load["lines"] - begin)
            text = lines(count, pane * load["lines"] + begin)
            if load["way"] == "ours":
                view.append([Row("text", line, ref=at) for at, line in enumerate(text, begin)])
                view.flush()
            else:
                for line in text:
                    view.write(line)
            await asyncio.sleep(0)
        if time.perf_counter() - started > load["seconds"]:
            break
    await asyncio.sleep(0.5)
    held = begin + 1_000
    save(load["out"], {**probe.result(), "lines": held, "took_s": time.perf_counter() - started})


def limit_program(load: dict[str, Any]) -> None:
    """Run `limit`: no toolkit, text cut at the width, changed rows written by hand."""
    across, width, height = 4, COLUMNS // 4 - 1, ROWS // 4 - 1
    probe = Probe()
    shown: list[list[str]] = [[""] for _ in range(load["panes"])]
    dirty: set[tuple[int, int]] = set()

    def write(pane: int, text: str) -> None:
        rows = shown[pane]
        for part, last in [(part, False) for part in text.split("\n")[:-1]] + [
            (text.rsplit("\n", 1)[-1], True)
        ]:
            rows[-1] += part
            dirty.add((pane, len(rows) - 1))
            while len(rows[-1]) > width:
                rows.append(rows[-1][width:])
                rows[-2] = rows[-2][:width]
                dirty.add((pane, len(rows) - 1))
            if not last:
                rows.append("")
            if len(rows) > height:
                del rows[: len(rows) - height // 2]
                dirty.update((pane, row) for row in range(height))

    def flush() -> None:
        out = []
        for pane, row in dirty:
            y, x = divmod(pane, across)
            text = shown[pane][row] if row < len(shown[pane]) else ""
            if row < height:
                at = f"\x1b[{y * (height + 1) + row + 1};{x * (width + 1) + 1}H"
                out.append(f"{at}\x1b[38;2;220;220;220m{text.ljust(width)}\x1b[0m")
        dirty.clear()
        data = "".join(out)
        probe.frames += 1
        probe.bytes += len(data)
        sys.stdout.write(data)
        sys.stdout.flush()

    asyncio.run(measured(load, probe, lambda: feed(write, flush, load)))


def run(way: str, options: dict[str, Any]) -> Figures:
    """Run one way in a terminal of its own and return its figures."""
    load = {"panes": 16, "rate": 200.0, "seconds": 8.0, "memory": False, "lines": LINES, **options}
    load |= {"way": way, "columns": COLUMNS, "rows": ROWS}
    found: Figures = figures(
        ["-m", "tests.benchmarks.streaming", "--inside"], load, load["seconds"] + 40
    )
    return found


def main() -> None:
    """Run the ways one after another and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--ways", default=",".join(WAYS), help="which, separated by commas")
    parser.add_argument("--panes", type=int, default=16)
    parser.add_argument("--rate", type=float, default=200, help="tokens a second in each pane")
    parser.add_argument("--seconds", type=float, default=8, help="to measure, or to fill at most")
    parser.add_argument("--memory", action="store_true", help="fill panes and show the memory")
    parser.add_argument("--lines", type=int, default=LINES, help="in each pane, with --memory")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        load = json.loads(options.inside)
        (limit_program if load["way"] == "limit" else textual_program)(load)
        return
    ways = options.ways.split(",")
    if options.memory:
        ways = [way for way in ways if way != "limit"]
        columns = ["rss_mb", "lines", "took_s"]
        options.seconds = max(options.seconds, 60)
    else:
        columns = ["p50_ms", "p99_ms", "max_ms", "fps", "cpu", "kb_s", "rss_mb"]
    load = f"{options.rate:g} tokens/s" if not options.memory else f"{options.lines:,} lines"
    print(f"{options.panes} panes, {load} each, {COLUMNS}x{ROWS} in tmux")
    print("".join(f"{name:>10}" for name in ("way", *columns)))
    for way in ways:
        result = run(way, vars(options))
        print(f"{way:>10}" + "".join(f"{result[name]:>10.1f}" for name in columns), flush=True)


if __name__ == "__main__":
    main()
