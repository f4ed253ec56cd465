"""A report as text: bars, tables and sentences for a terminal of any width."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from agents.reports.comparing import Comparison
from agents.reports.document import Report
from agents.reports.figures import Conflicts, Cost, Curves
from agents.reports.laws import Laws
from agents.reports.ours import Ours
from agents.reports.statistics import Estimate, Interval

BAR = 32
"""Columns of a bar."""
WIDTH = 100
SHOWN = 24
"""Differences between simulated and published that are listed; a page has all."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(value: float, scale: float, width: int = BAR, mark: float | None = None) -> str:
    """A bar of `value` on a scale from 0 to `scale`, exact to an eighth of a column, with a line
    at `mark`."""
    share = min(max(value / scale, 0.0), 1.0) if scale > 0 else 0.0
    eighths = round(share * width * 8)
    cells = list("█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else ""))
    cells += [" "] * (width - len(cells))
    if mark is not None and scale > 0 and 0 <= mark <= scale:
        place = min(width - 1, round(mark / scale * width))
        cells[place] = "│" if cells[place] in (" ", "▏") else "┃"
    return "".join(cells)


def in_words(report: Report, comparison: Comparison | None = None) -> str:
    """The whole report."""
    return "\n".join(_lines(report, comparison)).rstrip()


def _lines(report: Report, comparison: Comparison | None) -> Iterator[str]:
    source = report.source
    yield f"{source['sessions']} sessions, {source['succeeded']} successful"
    yield f"  models  {', '.join(source['models'])}"
    yield f"  teams   {', '.join(source['modes'])}"
    yield f"  suites  {', '.join(source['suites'])}"
    for note in report.notes:
        yield from _wrapped(note, "  note: ", "        ")
    yield ""
    if comparison:
        yield from _comparison(comparison)
    yield from _curves(
        "Speedup (figures 2 and 3A), mean over suites ± standard error; │ is Amdahl's law",
        report.speedup,
        report.amdahl,
    )
    yield from _counts(report)
    yield from _differences(report)
    yield from _curves(
        "Straggler gap in seconds (figure 5), mean over rounds ± standard error",
        report.straggler_gap,
        {},
    )
    yield from _costs(report.cost)
    yield from _laws(report.laws)
    yield from _ours(report.ours)
    yield from _advice(report)


def _wrapped(text: str, first: str = "  ", rest: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest)


def _told(value: Estimate, digits: int = 2) -> str:
    error = f" ±{value.sem:.{digits}f}" if value.sem else ""
    return f"{value.mean:.{digits}f}{error}"


def _curves(title: str, curves: Curves, laws: Mapping[str, Mapping[int, float]]) -> Iterator[str]:
    if not curves:
        return
    yield title
    for model, by_mode in curves.items():
        yield f"  {model}"
        values = [
            value.mean
            for structures in by_mode.values()
            for sizes in structures.values()
            for value in sizes.values()
        ]
        bounds = [law for structure in laws.values() for law in structure.values()]
        scale = max([*values, *bounds], default=1.0)
        for mode, structures in by_mode.items():
            for structure, sizes in structures.items():
                for place, (n, value) in enumerate(sizes.items()):
                    head = f"{mode:<14}{structure:<6}" if place == 0 else " " * 20
                    mark = laws.get(structure, {}).get(n)
                    drawn = bar(value.mean, scale, mark=mark)
                    yield f"    {head}{n:>2} {drawn} {_told(value)}"
    yield ""


def _counts(report: Report) -> Iterator[str]:
    if not report.conflicts:
        return
    yield "Conflicts and failed test runs (figures 3B and 3C), per successful session"
    fields = Conflicts.__struct_fields__
    names = [field.replace("_", " ") for field in fields]
    head = ["model", "team", *names, "failed tests", "a round"]
    rows = []
    for model, by_mode in report.conflicts.items():
        for mode, found in by_mode.items():
            row = [model, mode, *(_told(getattr(found, field), 1) for field in fields)]
            row.append(_told(report.test_failures[model][mode], 1))
            per_round = report.test_failures_per_round.get(model, {}).get(mode)
            row.append(_told(per_round) if per_round else "")
            rows.append(row)
    yield from _table(head, rows)


def _differences(report: Report) -> Iterator[str]:
    if not report.extra_messages:
        return
    yield "Decentralized minus preassigned (figure 4), by number of agents; failed sessions too"
    for title, figure in (
        ("messages", report.extra_messages),
        ("idle rounds", report.extra_idle_rounds),
    ):
        sizes = sorted({n for by_size in figure.values() for n in by_size})
        head = [f"extra {title}", *map(str, sizes)]
        rows = [
            [model, *(_told(by_size[n], 1) if n in by_size else "" for n in sizes)]
            for model, by_size in figure.items()
        ]
        yield from _table(head, rows)


def _costs(cost: Mapping[str, Mapping[str, Mapping[str, Mapping[int, Cost]]]]) -> Iterator[str]:
    if not cost:
        return
    yield "Cost (figure 6): tokens as a multiple of one agent's / speedup per multiple, by agents"
    sizes = sorted({n for m in cost.values() for s in m.values() for c in s.values() for n in c})
    rows = [
        [model, mode, structure, *(
            f"{found[n].token_multiplier:.1f} / {found[n].efficiency:.2f}" if n in found else ""
            for n in sizes
        )]
        for model, by_mode in cost.items()
        for mode, structures in by_mode.items()
        for structure, found in structures.items()
    ]  # fmt: skip
    yield from _table(["model", "team", "", *map(str, sizes)], rows)


def _laws(laws: Mapping[str, Mapping[str, Mapping[str, Laws]]]) -> Iterator[str]:
    if not laws:
        return
    yield "Scaling laws (failed sessions censored; 95% bootstrap intervals)"
    rows = [
        [model, mode, structure, law.name,
         "; ".join(f"{k} {_interval(v)}" for k, v in law.parameters.items()) if law.identified
         else f"not identified: {law.reason}"]
        for model, by_mode in laws.items()
        for mode, by_structure in by_mode.items()
        for structure, found in by_structure.items()
        for law in found.fits
    ]  # fmt: skip
    yield from _table(["model", "team", "", "law", "parameters"], rows)


def _interval(value: Interval, digits: int = 2) -> str:
    return f"{value.value:.{digits}f} [{value.low:.{digits}f}, {value.high:.{digits}f}]"


def _ours(entries: Sequence[Ours]) -> Iterator[str]:
    if not entries:
        return
    yield "By our definitions (seconds to success count failed sessions as at least as long)"
    recorded = any(entry.idle is not None for entry in entries)
    head = ["model", "team", "", "n", "success", "seconds to success", "bound", "tokens"]
    head += ["by author"] + (["idle", "lost work", "refused"] if recorded else [])
    rows = []
    for entry in entries:
        seconds = "never" if entry.seconds is None else _interval(entry.seconds, 0)
        row = [entry.model, entry.organisation, entry.structure, str(entry.agents)]
        row += [f"{entry.success:.0%} of {entry.sessions}", seconds]
        row.append("" if entry.speedup_bound is None else f"{entry.speedup_bound:.2g}")
        row += [f"{entry.tokens.value:,.0f}", f"{entry.concurrent_by_author:.1f}"]
        if recorded:
            row.append("" if entry.idle is None else f"{entry.idle:.0%}")
            lost = entry.lost_work
            row.append(
                "" if lost is None else f"{lost.value:.1%} [{lost.low:.1%}, {lost.high:.1%}]"
            )
            row.append("" if entry.refused_writes is None else f"{entry.refused_writes:.1f}")
        rows.append(row)
    yield from _table(head, rows)


def _advice(report: Report) -> Iterator[str]:
    if not report.advice:
        return
    yield "Advice"
    for advice in report.advice:
        yield from _wrapped(f"{advice.model}, {advice.structure}: {advice.advice}", "  ", "    ")
        for line in advice.evidence:
            yield from _wrapped(line, "    - ", "      ")
    yield ""


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield "Simulated beside published"
    for line in comparison.summary:
        yield from _wrapped(line, "  ", "    ")
    yield ""
    head = ["figure", "model", "team", "", "n", "published", "simulated", "errors apart"]
    rows = [
        [entry.figure, entry.model, entry.mode, entry.structure, entry.agents,
         _told(entry.published), _told(entry.simulated),
         "" if entry.apart is None else f"{entry.apart:+.1f}"]
        for entry in comparison.entries[:SHOWN]
    ]  # fmt: skip
    yield from _table(head, rows)
    left = len(comparison.entries) - SHOWN
    if left > 0:
        yield f"  and {left} that differ less: --html or --json has all"
        yield ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as they need; names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    numeric = [
        all(not row[place] or row[place][0] in "0123456789+-" for row in rows)
        for place in range(len(head))
    ]
    for row in (head, *rows):
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ]
        yield f"  {'  '.join(cells)}".rstrip()
    yield ""
