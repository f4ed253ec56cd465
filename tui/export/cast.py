"""A film of the session screen, as an asciicast (version 2 or 3), with markers at findings.

What is filmed is the screen itself, of any size. A frame is taken when something happened, ten a
second at most, and holds the rows that changed. Pauses in the recording are cut to the length
that is asked for, in the times themselves, so every player cuts them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from rich.color import ColorSystem
from rich.segment import Segment
from textual.strip import Strip

from tui.export.account import Account
from tui.export.options import Options
from tui.export.output import replacing
from tui.export.stage import progress, stage
from tui.views.line import flat
from workspaces.anomalies.finding import Finding, Severity, Verdict
from workspaces.version import current

FRAME_SECONDS: Final = 0.1
"""Between two frames, in the film's time."""

OWN_FRAMES: Final = 3
"""Frames of the screen's own between two of the film: it draws thirty a second."""

LAST_SECONDS: Final = 3.0
"""How long the end stays."""

_OPENING: Final = "\x1b[?25l\x1b[2J"


class Shot(NamedTuple):
    """A moment to film: when in the recording, and when in the film."""

    moment: float
    t: float


class Line(NamedTuple):
    """A line of the film: its time, its code (`o` output, `m` marker) and its data."""

    t: float
    code: str
    data: str


def write(account: Account, out: Path, options: Options) -> None:
    """Write the film."""
    asyncio.run(_write(account, out, options))


async def _write(account: Account, out: Path, options: Options) -> None:
    with replacing(out) as file:
        file.write(msgspec.json.encode(_head(account, options)) + b"\n")
        before = 0.0
        async for line in _film(account, options):
            t = line.t - before if options.version == 3 else line.t
            before = line.t
            file.write(msgspec.json.encode([round(t, 3), line.code, line.data]) + b"\n")


def _head(account: Account, options: Options) -> dict[str, Any]:
    columns, rows = options.columns, options.rows
    common = {
        "timestamp": int(account.began.timestamp()),
        "title": flat(account.title),
        "command": f"crosstalk {current()}",
        "env": {"TERM": "xterm-256color"},
    }
    if options.version == 3:
        term = {"cols": columns, "rows": rows, "type": "xterm-256color"}
        return {"version": 3, "term": term, **common}
    return {"version": 2, "width": columns, "height": rows, **common}


def shots(account: Account, speed: float, idle: float) -> Iterator[Shot]:
    """The moments to film. `idle` is the longest pause in the film, in its seconds; 0 for any."""
    t = last = 0.0
    for event in account.events:
        gap = (event.t - last) / speed
        if gap < FRAME_SECONDS and event.seq < len(account.events):
            continue
        pause = min(gap, idle) if idle else gap
        # Clocks go on while nothing happens: a long pause is filmed once a second.
        for _ in range(int(pause)):
            t += 1.0
            yield Shot(min(last + (t - int(t) or 1.0) * speed, event.t - 1e-6), t)
        t += pause - int(pause)
        last = event.t
        yield Shot(last, t)
    yield Shot(last, t + LAST_SECONDS)


async def _film(account: Account, options: Options) -> AsyncIterator[Line]:
    marks = iter(_marks(account))
    mark = next(marks, None)
    shown: list[Strip] = []
    async with stage(account, options) as screen:
        for number, shot in enumerate(shots(account, options.speed, options.idle)):
            await screen.show(shot.moment, OWN_FRAMES)
            while mark and mark.t <= shot.moment:
                yield Line(shot.t, "m", _label(mark))
                mark = next(marks, None)
            rows = screen.rows()
            if drawn := _changes(shown, rows):
                yield Line(shot.t, "o", drawn if number else _OPENING + drawn)
            shown = rows
            if number % 25 == 0:
                progress("filming", min(shot.moment / max(account.seconds, 1e-9), 0.99))
    progress("filming", 1.0)
    yield Line(shot.t, "o", "\x1b[0m")


def _marks(account: Account) -> list[Finding]:
    """The first finding of every case that asks for attention."""
    cases: dict[str, Finding] = {}
    for finding in account.findings:
        if finding.severity is not Severity.INFO and finding.verdict is not Verdict.CLEAR:
            cases.setdefault(finding.case, finding)
    return list(cases.values())


def _label(finding: Finding) -> str:
    about = ", ".join(finding.paths or finding.tasks)
    return flat(f"{finding.kind.value} {about}".strip())


def _changes(before: list[Strip], now: list[Strip]) -> str:
    """What brings a terminal that shows `before` to show `now`."""
    parts = []
    for row, strip in enumerate(now):
        old = list(before[row]) if row < len(before) else []
        new = list(strip)
        if old == new:
            continue
        same = 0
        while same < min(len(old), len(new)) and old[same] == new[same]:
            same += 1
        end = 0
        while end < min(len(old), len(new)) - same and old[-1 - end] == new[-1 - end]:
            end += 1
        column = sum(segment.cell_length for segment in new[:same]) + 1
        changed = new[same : len(new) - end]
        parts.append(f"\x1b[{row + 1};{column}H{''.join(map(_ansi, changed))}\x1b[0m")
    return "".join(parts)


def _ansi(segment: Segment) -> str:
    text, style, _ = segment
    if not style:
        return text
    return style.render(text, color_system=ColorSystem.TRUECOLOR)
