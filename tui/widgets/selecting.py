"""Selected text in terms of rows and offsets, the way Textual's selection asks for it.

Textual selects between two offsets (x, y) that a widget defines itself. Here y is a row's number
and x an offset into its text. Both stay true while text streams in, scrolls and is wrapped anew,
so a selection stays on the words it was drawn over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.selection import Selection

    from tui.widgets.linestore import Line, LineStore


def line_span(selection: Selection, line: Line) -> tuple[int, int] | None:
    """Return which characters of `line` are selected, from and up to, or None if none are."""
    span = selection.get_span(line.row)
    if span is None:
        return None
    start, end = span
    length = len(line.text.rstrip("\n"))
    start = max(start - line.offset, 0)
    end = length if end < 0 else min(end - line.offset, length)
    return (start, end) if start < end else None


def extract(selection: Selection, store: LineStore) -> str:
    """Return the selected text of `store`; rows are joined by newlines."""
    start, end = selection
    first = store.first if start is None else max(start.y, store.first)
    last = store.end - 1 if end is None else min(end.y, store.end - 1)
    parts: list[str] = []
    for number in range(first, last + 1):
        text = store.text(number)
        begin = start.x if start is not None and number == start.y else 0
        stop = end.x if end is not None and number == end.y else len(text)
        parts.append(text[max(begin, 0) : max(stop, 0)])
    return "\n".join(parts)


def with_offsets(strip: Strip, line: Line, gutter: int) -> Strip:
    """Return a stand-in for `strip`, the picture of `line`, that tells what each cell holds.

    Only asked for under the mouse. The cells of the gutter belong to the line's first character.
    """
    beginning = Style.from_meta({"offset": (line.offset, line.row)})
    segments = [Segment(" ", beginning)] * gutter
    text = line.text.rstrip("\n")
    if text:
        segments.append(Segment(text, beginning))
    used = sum(segment.cell_length for segment in segments)
    after = Style.from_meta({"offset": (line.offset + len(text), line.row)})
    segments += [Segment(" ", after)] * max(strip.cell_length - used, 0)
    return Strip(segments)
