"""The tables of `docs/STUDY.md`: what controls, kinds of teams and team sizes do to lost work, time
and tokens.

`python -m agents.reports.study SWEEP [--into FILE]` prints them, or puts them between the two
marks of a document. Sessions of one suite and seed share their dice, so choices are compared pair
by pair: the effect of a control is that on the same suite, team, size and seed, and its interval
comes from resampling whole pairs.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import fmean
from typing import TypeAlias

from agents.reports import sources
from agents.reports.laws import mean_time
from agents.reports.ours import lost_share
from agents.reports.rows import SessionRow, distinct
from agents.reports.statistics import Interval, bootstrap, percentile_interval
from workspaces.errors import CrosstalkError

BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"
RESAMPLES = 1000
CONTROL, TEAM = "none", "decentralized"
"""What the others are compared with."""
_CHOICES = ("model", "mode", "control", "cadence", "kind", "structure", "agents", "seed")

Pair: TypeAlias = tuple[SessionRow, SessionRow]
Measure: TypeAlias = Callable[[Sequence[SessionRow]], float | None]


def tokens_per_success(rows: Sequence[SessionRow]) -> float | None:
    """All tokens over successful sessions; `None` without one."""
    successes = sum(row.success for row in rows)
    return sum(row.tokens for row in rows) / successes if successes else None


def success_share(rows: Sequence[SessionRow]) -> float:
    """The share of sessions that succeeded."""
    return fmean(row.success for row in rows)


def pairs(rows: Sequence[SessionRow], field: str, value: str, base: str) -> list[Pair]:
    """Sessions that differ in nothing but the choice `field`, which is `value` in the first and
    `base` in the second."""

    def rest(row: SessionRow) -> tuple[object, ...]:
        return tuple(getattr(row, name) for name in _CHOICES if name != field)

    against = {rest(row): row for row in rows if getattr(row, field) == base}
    own = [row for row in rows if getattr(row, field) == value]
    return [(row, against[rest(row)]) for row in own if rest(row) in against]


def ratio(measure: Measure, both: Sequence[Pair], seed: str) -> Interval | None:
    """The measure of the first of each pair over that of the second, with its interval."""

    def of(drawn: Sequence[Pair]) -> float | None:
        ours, theirs = measure([a for a, _ in drawn]), measure([b for _, b in drawn])
        return ours / theirs if ours and theirs else None

    value = of(both) if both else None
    if value is None:
        return None
    dice = Random(seed)
    draws = [of(dice.choices(both, k=len(both))) for _ in range(RESAMPLES)]
    return percentile_interval(value, [draw for draw in draws if draw is not None])


def tables(rows: Sequence[SessionRow]) -> str:
    """All tables, in Markdown."""
    return "\n".join(_lines(rows)) + "\n"


def _lines(rows: Sequence[SessionRow]) -> Iterator[str]:
    yield (
        f"{len(rows)} sessions, {sum(row.success for row in rows)} successful, of "
        f"{', '.join(distinct(row.model for row in rows))}; brackets are 95% bootstrap intervals."
    )
    yield from _effects(rows, "control", "control", CONTROL)
    yield from _effects(rows, "team", "mode", TEAM)
    yield from _cells(rows, "Lost work, % of bytes written", _lost)
    yield from _ratios(rows, "Time as a multiple of that without control", mean_time)
    yield from _ratios(rows, "Tokens as a multiple of those without control", tokens_per_success)
    yield from _cells(rows, "Seconds to success", _seconds)
    yield from _cells(rows, "Thousands of tokens per success", _tokens)
    yield from _sizes(rows)


def _effects(rows: Sequence[SessionRow], name: str, field: str, base: str) -> Iterator[str]:
    yield f"\n### By {name}\n"
    yield (
        f"Time and tokens are those per success as a multiple of `{base}`'s in the same "
        f"conditions.\n"
    )
    yield f"| {name} | sessions | success | lost work % | refused writes | time | tokens |"
    yield "|---|---|---|---|---|---|---|"
    for value in _ordered((getattr(row, field) for row in rows), base):
        own = [row for row in rows if getattr(row, field) == value]
        both = pairs(rows, field, value, base)
        effects = [
            "1" if value == base else _told(ratio(measure, both, f"{name}/{value}/{place}"))
            for place, measure in enumerate((mean_time, tokens_per_success))
        ]
        refused = fmean(row.refused_writes or 0 for row in own)
        yield (
            f"| {value} | {len(own)} | {success_share(own):.0%} | {_lost(own)} | {refused:.1f} "
            f"| {' | '.join(effects)} |"
        )


def _cells(
    rows: Sequence[SessionRow], title: str, cell: Callable[[Sequence[SessionRow]], str]
) -> Iterator[str]:
    controls = _ordered((row.control for row in rows), CONTROL)
    yield f"\n### {title}\n"
    yield f"| team | {' | '.join(controls)} |"
    yield "|---" * (len(controls) + 1) + "|"
    for mode in _ordered((row.mode for row in rows), TEAM):
        cells = [
            cell([row for row in rows if (row.mode, row.control) == (mode, control)])
            for control in controls
        ]
        yield f"| {mode} | {' | '.join(cells)} |"


def _ratios(rows: Sequence[SessionRow], title: str, measure: Measure) -> Iterator[str]:
    """The effect of each control within each kind of team, pair by pair."""
    controls = [c for c in _ordered((row.control for row in rows), CONTROL) if c != CONTROL]
    yield f"\n### {title}\n"
    yield f"| team | {' | '.join(controls)} |"
    yield "|---" * (len(controls) + 1) + "|"
    for mode in _ordered((row.mode for row in rows), TEAM):
        own = [row for row in rows if row.mode == mode]
        cells = [
            _told(ratio(measure, pairs(own, "control", control, CONTROL), f"{mode}/{control}"))
            for control in controls
        ]
        yield f"| {mode} | {' | '.join(cells)} |"


def _sizes(rows: Sequence[SessionRow]) -> Iterator[str]:
    sizes = sorted({row.agents for row in rows})
    yield "\n### By team size: seconds to success / lost work %, without control\n"
    yield f"| team | {' | '.join(f'{n} agents' for n in sizes)} |"
    yield "|---" * (len(sizes) + 1) + "|"
    plain = [row for row in rows if row.control == CONTROL]
    for mode in _ordered((row.mode for row in rows), TEAM):
        own = {n: [row for row in plain if (row.mode, row.agents) == (mode, n)] for n in sizes}
        cells = [f"{_seconds(own[n])} / {lost_share(own[n]):.1%}" for n in sizes]
        yield f"| {mode} | {' | '.join(cells)} |"


def _ordered(values: Iterable[str], base: str) -> list[str]:
    """Each once, what the others are compared with first."""
    return sorted(set(values), key=lambda value: (value != base, value))


def _lost(rows: Sequence[SessionRow]) -> str:
    if not rows:
        return ""
    found = bootstrap(rows, lambda drawn: 100 * lost_share(drawn), "lost", RESAMPLES)
    return _told(found, 1)


def _seconds(rows: Sequence[SessionRow]) -> str:
    return _per_success(rows, mean_time, 1.0)


def _tokens(rows: Sequence[SessionRow]) -> str:
    return _per_success(rows, tokens_per_success, 1e-3)


def _per_success(rows: Sequence[SessionRow], measure: Measure, scale: float) -> str:
    value = measure(rows) if rows else None
    if value is None:
        return "never"
    dice = Random("per success")
    drawn = [measure(dice.choices(rows, k=len(rows))) for _ in range(RESAMPLES)]
    scaled = [draw * scale for draw in drawn if draw is not None]
    return _told(percentile_interval(value * scale, scaled), 0)


def _told(value: Interval | None, digits: int = 2) -> str:
    if value is None:
        return "never"
    return f"{value.value:.{digits}f} [{value.low:.{digits}f}, {value.high:.{digits}f}]"


def insert(document: str, text: str) -> str:
    """`document` with `text` between its two marks. Raises `CrosstalkError` without them."""
    before, mark, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (mark and end):
        raise CrosstalkError("The document has no place for tables", f"it lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def main(arguments: list[str] | None = None) -> int:
    """Print the tables, or put them into a document. 0, or 2 for input that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m agents.reports.study", description=__doc__)
    parser.add_argument("sweep", type=Path, help="the folder of the sweep")
    parser.add_argument("--into", type=Path, help="a document with marks for the tables")
    options = parser.parse_args(arguments)
    try:
        text = tables(sources.load([options.sweep]))
        if options.into:
            document = options.into.read_text(encoding="utf-8")
            options.into.write_text(insert(document, text), encoding="utf-8")
        else:
            sys.stdout.write(text)
    except CrosstalkError as error:
        sys.stderr.write(f"{error}. {error.fix}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
