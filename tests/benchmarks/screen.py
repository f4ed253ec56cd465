"""The real session screen on a history that grows, with a probe beside it.

    python -m tests.benchmarks.screen LOAD

The app is the product's own, wired as `crosstalk attach` wires it; the probe is a subclass of it
and a worker on its loop. It measures for `seconds`; or, where the load has `events`, how much
memory there is once so many are shown; or, where it has `painted`, appends there a line for each
finding when the frame that first shows it has been drawn.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any, Final

from textual.strip import Strip

from tests.benchmarks.probe import Probe, measured, save
from tui.app import CrosstalkApp
from tui.feed import LiveFeed
from tui.link import Link
from tui.screens.session import SessionScreen
from tui.widgets.roll import Roll

SETTLING: Final = 3.0
"""Seconds in which a screen that has just opened settles (it then tidies its memory, once)."""
REST: Final = 1.0
"""Seconds that a screen is given to come to rest before its memory is read."""


class Probed(CrosstalkApp):
    """The app, counting what it draws."""

    def __init__(self, screen: SessionScreen, load: dict[str, Any]) -> None:
        super().__init__(screen)
        self.probe = Probe()
        self._session = screen
        self._load = load

    def _display(self, screen: Any, renderable: Any) -> None:
        if renderable is not None:
            self.probe.frames += 1
        super()._display(screen, renderable)

    def on_mount(self) -> None:
        """Begin to measure."""
        assert self._driver is not None
        write = self._driver.write

        def counted(data: str) -> None:
            self.probe.bytes += len(data)
            write(data)

        self._driver.write = counted  # type: ignore[method-assign]
        if "painted" in self._load:
            self._note_paints(Path(self._load["painted"]))
        else:
            self.run_worker(self._fill() if "events" in self._load else self._stream())

    async def _stream(self) -> None:
        await self._caught_up(1)
        await asyncio.sleep(SETTLING)
        await measured(self._load, self.probe, self._nothing)
        self.exit()

    async def _nothing(self) -> None:
        """All that happens is the screen's own doing."""

    async def _fill(self) -> None:
        began = time.perf_counter()
        await self._caught_up(self._load["events"])
        took = time.perf_counter() - began
        await asyncio.sleep(REST)
        found = self.probe.result()
        store = self._session.tiles.panes[0].stream.store
        lines = sum(row.text.count("\n") + 1 for row in store.rows())
        save(self._load["out"], found | {"took_s": took, "lines": lines})
        self.exit()

    async def _caught_up(self, events: int) -> None:
        while self._session.picture.state.seq < events or self._session.feed.behind:
            await asyncio.sleep(0.02)

    def _note_paints(self, out: Path) -> None:
        """A finding has been painted when its entry was rendered and then something was written:
        a screen is rendered and written in one go."""
        assert self._driver is not None
        rendered: set[str] = set()
        seen: set[str] = set()
        render, write = Roll.render_line, self._driver.write
        log = out.open("a", buffering=1)

        def rendering(roll: Roll, y: int) -> Strip:
            entries = roll._listing.entries
            place = roll._top + y // roll._tall
            if place < len(entries) and entries[place].key not in seen:
                rendered.add(entries[place].key)
            return render(roll, y)

        def writing(data: str) -> None:
            write(data)
            if rendered:
                at = time.monotonic()
                log.writelines(json.dumps([key, at]) + "\n" for key in rendered)
                seen.update(rendered)
                rendered.clear()

        Roll.render_line = rendering  # type: ignore[assignment, method-assign]
        self._driver.write = writing  # type: ignore[method-assign]
        save(self._load["out"], {})


def main(load: dict[str, Any]) -> None:
    """Open the screen."""
    history = Path(load["history"])
    while not history.exists() or not history.stat().st_size:
        time.sleep(0.02)  # the team is about to begin
    screen = SessionScreen(LiveFeed(history), Link(history.parent), str(history.parent))
    Probed(screen, load).run()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
