"""Two sessions side by side: where they part, and what came of each."""

import textwrap
from pathlib import Path

from agents.debugger.comparing import Comparison, compare, told
from tui.views.line import Line, Span, clip, data, flat, pad
from tui.views.words import plural
from workspaces.history.reader import load

NAME_CELLS = 26


def of(one: Path, other: Path) -> Comparison:
    """The comparison of two sessions by their folders. Raises `HistoryError`."""
    return compare(load(one)[0], load(other)[0])


def lines(comparison: Comparison, names: tuple[str, str], width: int) -> list[Line]:
    """Where they part, then a table; what differs stands out."""
    c = comparison
    found: list[Line] = []
    if c.same:
        found.append((Span(f"The two are the same history of {plural(c.shared, 'event')}.", "ok"),))
    else:
        found.append(
            (Span(f"They share the first {plural(c.shared, 'event')}, then part", "bold"),)
        )
        for name, side in zip(names, (c.a, c.b), strict=True):
            found.append((data(f"  {clip(flat(name), width - 4)}", "accent"),))
            rows = textwrap.wrap(flat(told(side.parts_with)), max(width - 6, 20))[:3]
            found += [(Span("    "), Span(row)) for row in rows]
    room = max((width - NAME_CELLS - 4) // 2, 8)
    head = [Span(pad(_short(name, room), room, right=True) + "  ", "accent") for name in names]
    found += [(), (Span(pad("", NAME_CELLS)), *head)]
    group = ""
    for row in c.lines():
        if row.group != group:
            group = row.group
            found.append((Span(group, "info bold"),))
        role = "warn bold" if row.differs else "dim"
        found.append(
            (
                Span(pad(f"  {row.name}", NAME_CELLS), "text" if row.differs else "dim"),
                *(data(pad(_figure(v), room, right=True) + "  ", role) for v in (row.a, row.b)),
            )
        )
    return found


def _short(name: str, room: int) -> str:
    """The end of a folder's name, where a fork's says what it is."""
    return name if len(name) <= room else "…" + name[-(room - 1) :]


def _figure(value: float | str | None) -> str:
    if value is None:
        return "–"
    return flat(value) if isinstance(value, str) else f"{value:,.2f}".removesuffix(".00")
