"""Strips that reference counting alone can free.

A `Strip` that is asked for its pieces and has only one, itself, remembers that in a cache of its
own: it holds itself, and only the cycle collector can free it. Panes under a stream drop some
hundred strips a second, each a dozen objects. They outlive the young generations, so they piled up
until a collection of the oldest, the very thing that has to be kept out of the frames (see
`tui.garbage`): about a megabyte a second with sixteen panes at 800 tokens a second each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.strip import Strip


class LeanStrip(Strip):
    """A strip that does not remember itself. Whatever is drawn often should be one."""

    __slots__ = ()

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Return the pieces between `cuts`; just this strip if it is cut at its end alone."""
        length = self.cell_length
        inside = [cut for cut in cuts if cut <= length]
        return [self] if inside == [length] else super().divide(inside)
