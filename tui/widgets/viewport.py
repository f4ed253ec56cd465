"""Which lines of a store are on the screen, and how that changes as text comes in.

Two states. *Following*: the end is on the screen and stays there. *Held*: the reader has scrolled
up, and nothing but the reader moves what is shown. Scrolling down to the end follows again.

While following, the last line moves down an empty part of the screen until there is none left;
then everything moves up. How far depends on the pace of the text, counted in new lines per frame
and not in seconds, so that a screen that draws less often under load also moves less often: by
half a screen when text pours in, by a line when it comes at the speed of reading.

It refuses to draw.
"""

from __future__ import annotations

from typing import Final

from tui.widgets.linestore import Line, LineStore, Spot

FAST: Final = 0.3
"""New lines per frame, on average, from which on the view moves by half screens."""

SMOOTHING: Final = 0.15
"""Weight of the newest frame in that average."""

BURST: Final = 2
"""New lines in one frame that count at most, so that one long result is not a fast stream."""


class Viewport:
    """A window of some height onto a store."""

    def __init__(self, store: LineStore) -> None:
        """Look at the end of `store`."""
        self._store = store
        self._height = 1
        self.reset()

    def reset(self) -> None:
        """Follow the end, with nothing remembered of how text came in before."""
        self.following = True
        """Whether the end stays on the screen."""
        self.unsettled = False
        """Whether the next frame may differ although nothing changes."""
        self._top = self._store.tail(self._height)
        self._counted: int | None = None  # lines from the top to the end in the last frame
        self._pace = 0.0
        self._seen = self._store.end  # rows from here on came while held
        self._news = False

    @property
    def hint(self) -> str:
        """What came in below while held, in words; empty for nothing."""
        if self.following or not self._news:
            return ""
        new = self._store.end - self._seen
        return f"▼ {new} new" if new > 0 else "▼ new"

    def arrived(self) -> None:
        """Note that there is more in the store than before."""
        self._news = self._news or not self.following

    def lines(self, height: int) -> list[Line]:
        """Return the lines of the next frame; fewer than `height` where the rest is empty."""
        self._height = height = max(height, 1)
        self._top = self._store.clamp(self._top)
        if self.following:
            self._follow()
        return self._store.lines(self.top, height)

    @property
    def top(self) -> Spot:
        """Where the first line on the screen begins, or lies in it."""
        if self.following:
            return self._top
        return min(self._top, self._store.tail(self._height))

    def _follow(self) -> None:
        """Move the top so that the last line is on the screen."""
        store, height = self._store, self._height
        count = store.count(self._top, 2 * height + BURST)
        grown = 0 if self._counted is None else min(max(count - self._counted, 0), BURST)
        self._pace += SMOOTHING * (grown - self._pace)
        spare = height // 2 if self._pace > FAST else 0
        if not height - spare <= count <= height:
            self._top = store.tail(height - spare)
            count = store.count(self._top, height)
        self._counted = count
        self.unsettled = count < height and spare > 0

    # The reader moves

    def move(self, lines: int) -> None:
        """Move down by so many lines, or up if negative."""
        if self.following and lines >= 0:
            return
        self._go(self._store.move(self._store.clamp(self.top), lines))

    def to_start(self) -> None:
        """Show the start."""
        self._go(Spot(self._store.first, 0))

    def to_end(self) -> None:
        """Show the end and follow it."""
        self._go(Spot(self._store.end, 0))

    def to_share(self, share: float) -> None:
        """Show what is this share of the way down, from 0 to 1."""
        if share >= 1:
            self.to_end()
        else:
            self._go(self._store.at(max(share, 0.0) * self._store.extent))

    def to_row(self, number: int) -> None:
        """Show row `number`, a third down the screen, or nearer the end where it must be."""
        self._go(self._store.move(Spot(number, 0), -(self._height // 3)))

    def _go(self, spot: Spot) -> None:
        end = self._store.tail(self._height)
        if spot < end:
            if self.following:
                self._seen = self._store.end
                self._news = False
            self.following = False
            self._top = spot
        elif not self.following:
            self.reset()

    # How far down

    def thumb(self) -> range:
        """Return the rows of the screen that the scrollbar's thumb takes; none if all is shown."""
        store, height, top = self._store, self._height, self.top
        if top <= (store.first, 0) and store.count(top, height + 1) <= height:
            return range(0)
        extent = max(store.extent, height + 1.0)
        size = max(1, round(height * height / extent))
        if self.following:
            start = height - size
        else:
            share = store.depth(top) / max(extent - height, 1.0)
            start = min(round(share * (height - size)), height - size)
        return range(start, start + size)
