"""Keep Python's garbage collector out of the frames.

A collection of the oldest generation walks every object in the process. In a screen process that
is a hundred thousand objects of Textual, its stylesheets and the imported modules, none of which
is garbage, and it comes when enough *young* objects have been made, which is when text pours in.
Measured in a terminal with sixteen panes at 200 tokens a second each, and at 800
(`tests.benchmarks.streaming`, with and without this module): the longest delay of a 10 ms timer
falls from 46-81 to 6-18 ms, and from 156 to 34 ms. The 99th percentile stays about the same: the
panes make no reference cycles (`tui.widgets.leanstrip`), so such collections have become rare.

So: after start, what exists is frozen, that is, moved where no collection looks; automatic
collections of the oldest generation are put off; and the owner of the event loop calls `relax` now
and then, which makes one when the loop has been idle. A loop that is never idle still gets one a
minute, so memory in reference cycles cannot grow without bound.

The collections of the two young generations stay as they are: they take microseconds.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Final

IDLE_AFTER: Final = 5.0
"""Seconds between collections of the oldest generation when the loop is idle."""

BUSY_AFTER: Final = 10.0
"""Seconds after which one is made although the loop is busy."""

_PUT_OFF: Final = 1_000_000


class Collector:
    """Decides when the oldest generation is collected. One per process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Use `clock`, in seconds, to space collections."""
        self._clock = clock
        self._last = clock()
        self._thresholds: tuple[int, int, int] | None = None

    def start(self) -> None:
        """Freeze what exists; call once the first screen is up. Calling it again freezes more."""
        gc.collect()
        gc.freeze()
        if self._thresholds is None:
            self._thresholds = gc.get_threshold()
            youngest, middle, _ = self._thresholds
            gc.set_threshold(youngest, middle, _PUT_OFF)
        self._last = self._clock()

    def relax(self, busy: bool) -> bool:
        """Collect the oldest generation if it is time; call about once a second.

        Args:
            busy: Whether the loop has more to do right now than wait.

        Returns:
            Whether it did collect.
        """
        if self._thresholds is None:
            return False
        if self._clock() - self._last < (BUSY_AFTER if busy else IDLE_AFTER):
            return False
        gc.collect()
        self._last = self._clock()
        return True

    def stop(self) -> None:
        """Put everything back as it was before `start`."""
        if self._thresholds is not None:
            gc.set_threshold(*self._thresholds)
            self._thresholds = None
            gc.unfreeze()
