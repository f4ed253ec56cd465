"""Break text into lines of a given width in terminal cells, so that more text can follow.

The wrap is greedy, and every break is decided by what stands to its left. A text that grows at its
end therefore only ever changes its last line: wrapping that line again together with the new text
gives what wrapping the whole would have given. A stream of tokens costs the length of a line per
token, whatever the length of the paragraph.

The lines are a partition: joined they are the text, so an offset into the text is an offset into
its lines, and selections survive a resize.

It refuses markup, hyphenation and the finer points of Unicode line breaking (UAX #14): a break
comes after spaces and beside wide characters, and a word longer than a line is cut.
"""

from __future__ import annotations

import re
from typing import Final

from rich.cells import get_character_cell_size

TAB: Final = "    "
"""What a tab becomes. A fixed width, so that a tab does not depend on how its text arrived."""

_WORD = re.compile(r"[^ ]")


def cells(text: str) -> int:
    """Return the width of `text` in terminal cells; wide characters count two, combining none."""
    if text.isascii():
        return len(text)
    return sum(map(get_character_cell_size, text))


def longest(width: int) -> int:
    """Return how many characters a line of `width` cells may hold at most.

    Blanks at the end of a line and combining characters take no room, so without a bound a model
    that repeats one of them for ever would make a line for ever, and each token dearer.
    """
    return 8 * width + 64


def wrap(text: str, width: int) -> list[str]:
    """Break `text` into lines at most `width` cells wide, blanks at their ends not counted.

    Breaks at newlines, after runs of blanks, and on either side of a wide character; a word that
    does not fit in a line of its own is cut. A newline and the blanks before a break stay at the
    end of their line. A single character wider than `width` has a line to itself.

    Returns:
        At least one line; joined they are `text`. The last is empty if `text` ends in a newline.
    """
    lines: list[str] = []
    start = 0
    while (end := text.find("\n", start)) >= 0:
        _paragraph(text[start : end + 1], end - start, width, lines)
        start = end + 1
    _paragraph(text[start:], len(text) - start, width, lines)
    return lines


def _paragraph(text: str, length: int, width: int, lines: list[str]) -> None:
    """Wrap `text` without its newline, `length` characters, onto the end of `lines`."""
    if text.isascii():
        if length <= width:
            lines.append(text)
        else:
            _narrow(text, length, width, lines)
    else:
        _mixed(text, length, width, lines)


def _narrow(text: str, length: int, width: int, lines: list[str]) -> None:
    """Wrap a paragraph whose characters are all one cell wide; as `_mixed`, but fast."""
    limit = longest(width)
    start = 0
    while length - start > width:
        word = _next_word(text, start, length)
        if word - start >= width:
            end = word  # nothing but indentation fits
        elif (blank := text.rfind(" ", word, start + width + 1)) >= 0:
            end = _next_word(text, blank, length)
        else:
            end = start + width
        end = min(end, start + limit)
        if end >= length:
            break
        lines.append(text[start:end])
        start = end
    lines.append(text[start:])


def _next_word(text: str, start: int, length: int) -> int:
    """Return where the next word begins at or after `start`, or `length` if none does."""
    if start < length and text[start] != " ":
        return start
    match = _WORD.search(text, start, length)
    return length if match is None else match.start()


def _mixed(text: str, length: int, width: int, lines: list[str]) -> None:
    """Wrap a paragraph of characters of any width."""
    limit = longest(width)
    start = column = 0
    chance = chance_column = 0  # where the line may break, if beyond its start
    worded = wide = False  # whether the line has a word yet; whether the last character was wide
    for index in range(length):
        character = text[index]
        if index - start >= limit:
            lines.append(text[start:index])
            start, column, chance, worded, wide = index, 0, 0, False, False
        size = 1 if character < "\x7f" else get_character_cell_size(character)
        if size == 0:
            continue
        if character == " ":
            column += 1
            if worded:
                chance, chance_column = index + 1, column
            wide = False
            continue
        if worded and (size > 1 or wide):
            chance, chance_column = index, column
        if column + size > width and index > start:
            cut = chance if chance > start else index
            lines.append(text[start:cut])
            start, column = cut, (column - chance_column if chance > start else 0)
        # The line may have been cut above: whatever it holds now, this word is part of it.
        column += size
        worded, wide = True, size > 1
    lines.append(text[start:])
