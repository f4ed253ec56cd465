"""An entry of one of the lists beside the panes."""

from typing import NamedTuple

from tui.views.line import Line


class Entry(NamedTuple):
    """Something that can be chosen; every entry of a list has as many lines."""

    key: str
    """What it stands for, the same after every change of the list."""
    lines: tuple[Line, ...]


class Listing(NamedTuple):
    """A list as it is shown."""

    entries: tuple[Entry, ...]
    empty: str
    """What to say when there is none."""
    grows: bool = False
    """Whether new entries come at the end, so that a reader wants to be there."""
    head: tuple[Line, ...] = ()
    """Lines above the entries that stay where they are."""
