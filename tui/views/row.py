"""One row of a pane, as a plain value.

Views make rows and widgets show them. A row says what something *is*, never how it looks: colours
belong to the theme, and a row must be as easy to test without a terminal as any tuple.
"""

from __future__ import annotations

from typing import Final, NamedTuple

KINDS: Final = (
    "text",
    "action",
    "result",
    "error",
    "note",
    "heading",
    "message",
    "finding",
    "user",
)
"""The classes of meaning a theme gives a style to. Any other kind is shown as `text`."""


class Row(NamedTuple):
    """A logical row; it may wrap to many lines on the screen."""

    kind: str
    """One of `KINDS`."""
    text: str
    """What it says. Data, never markup; newlines split it into lines."""
    mark: str = ""
    """A glyph of one cell for the gutter: shape as well as colour. Empty for none."""
    ref: int = 0
    """Sequence number of the event in the history the row came from; 0 for none."""
    detail: tuple[str, ...] = ()
    """Further lines, shown only when details are expanded."""
