"""Edits by search and replace: exactly one place, or a refusal that shows where to look.

A model that gets "not found" tries the same text again; one that is shown the lines that nearly
match corrects itself. So a refusal quotes the closest lines, with their numbers.
"""

from workspaces.files.refusals import WriteRefused

_LINES = 500
"""Lines compared by similarity at most, and `_WIDTH` characters of each: 10 ms on the event loop.
(difflib takes seconds where lines are long and alike.) Past it, only whitespace is forgiven."""
_WIDTH = 120


def replace_once(path: str, text: str, search: str, replacement: str) -> str:
    """`text` with its one occurrence of `search` replaced.

    Raises `WriteRefused` with the code `no-match` or `ambiguous` otherwise; overlapping
    occurrences count.
    """
    if not search:
        raise WriteRefused(
            "no-match", f"The text to search for in {path} is empty; use write_file instead."
        )
    first = text.find(search)
    if first < 0:
        raise WriteRefused(
            "no-match", f"{path} does not contain the text to search for. {_nearest(text, search)}"
        )
    if text.find(search, first + 1) >= 0:
        raise WriteRefused(
            "ambiguous",
            f"{path} contains the text to search for more than once, at lines "
            f"{_line_numbers(text, search)}. Add lines around it until it is unique.",
        )
    return text[:first] + replacement + text[first + len(search) :]


def _line_numbers(text: str, search: str) -> str:
    numbers: list[str] = []
    at = text.find(search)
    while at >= 0 and len(numbers) < 5:
        numbers.append(str(text.count("\n", 0, at) + 1))
        at = text.find(search, at + 1)
    return ", ".join(numbers) + (", …" if at >= 0 else "")


def _nearest(text: str, search: str) -> str:
    """What in `text` comes closest to `search`, as advice."""
    lines = text.splitlines()
    wanted = [line.strip() for line in search.strip("\r\n").splitlines()]
    stripped = [line.strip() for line in lines]
    for start in range(len(lines) - len(wanted) + 1):
        if stripped[start : start + len(wanted)] == wanted:
            return "With other whitespace it is there:\n" + _quote(lines, start, len(wanted))
    if not any(stripped):
        return "The file is empty."
    longest = max(wanted, key=len, default="")
    pairs = _pairs(longest)
    likeness = [_likeness(pairs, _pairs(line)) for line in stripped[:_LINES]]
    best = max(likeness)
    if best >= 0.5:
        start = max(0, likeness.index(best) - wanted.index(longest))
        return "The closest lines are:\n" + _quote(lines, start, len(wanted))
    return "Read the file again; it may have changed."


def _pairs(line: str) -> set[str]:
    return {line[at : at + 2] for at in range(min(len(line), _WIDTH) - 1)}


def _likeness(one: set[str], other: set[str]) -> float:
    """The share of neighbouring characters in common (Dice 1945), 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _quote(lines: list[str], start: int, count: int) -> str:
    shown = lines[start : start + min(count, 12)]
    return "\n".join(f"{number}: {line[:200]}" for number, line in enumerate(shown, start + 1))
