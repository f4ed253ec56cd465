"""A report as text: bars, tables and sentences for a terminal of any width."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from agents.reports.comparing import Comparison
from agents.reports.document import Report
from agents.reports.figures import Conflicts, Cost, Curves
from agents.reports.laws import Laws
from agents.reports.ours import Ours
from agents.reports.statistics import Estimate, Interval
from tui.views.tables import table

BAR = 32
"""Columns of a bar."""
WIDTH = 100
"""Columns of text where nobody says how many there are."""
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


def in_words(report: Report, comparison: Comparison | None = None, width: int = WIDTH) -> str:
    """The whole report, in lines of at most `width` columns as far as words and bars allow."""
    return "\n".join(_lines(report, comparison, width)).rstrip()


def _lines(report: Report, comparison: Comparison | None, width: int) -> Iterator[str]:
    source = report.source
    yield f"{source['sessions']} sessions, {source['succeeded']} successful"
    for name in ("models", "teams", "suites"):
        listed = ", ".join(source["modes" if name == "teams" else name])
        yield from _wrapped(listed, width, f"  {name:<8}", " " * 10)
    for note in report.notes:
        yield from _wrapped(note, width, "  note: ", "        ")
    yield ""
    if comparison:
        yield from _comparison(comparison, width)
    yield from _curves(
        "Speedup (figures 2 and 3A), mean over suites ± standard error; │ is Amdahl's law",
        report.speedup,
        report.amdahl,
        width,
    )
    yield from _counts(report, width)
    yield from _differences(report, width)
    yield from _curves(
        "Straggler gap in seconds (figure 5), mean over rounds ± standard error",
        report.straggler_gap,
        {},
        width,
    )
    yield from _costs(report.cost, width)
    yield from _laws(report.laws, width)
    yield from _ours(report.ours, width)
    yield from _advice(report, width)


def _wrapped(text: str, width: int, first: str = "  ", rest: str = "  ") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest)


def _told(value: Estimate, digits: int = 2) -> str:
    error = f" ±{value.sem:.{digits}f}" if value.sem else ""
    return f"{value.mean:.{digits}f}{error}"


def _curves(
    title: str, curves: Curves, laws: Mapping[str, Mapping[int, float]], width: int
) -> Iterator[str]:
    if not curves:
        return
    yield from _wrapped(title, width, "")
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


def _counts(report: Report, width: int) -> Iterator[str]:
    if not report.conflicts:
        return
    yield from _wrapped(
        "Conflicts and failed test runs (figures 3B and 3C), per successful session", width, ""
    )
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
    yield from table(head, rows, width)


def _differences(report: Report, width: int) -> Iterator[str]:
    if not report.extra_messages:
        return
    yield from _wrapped(
        "Decentralized minus preassigned (figure 4), by number of agents; failed sessions too",
        width,
        "",
    )
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
        yield from table(head, rows, width, groups=0)


def _costs(
    cost: Mapping[str, Mapping[str, Mapping[str, Mapping[int, Cost]]]], width: int
) -> Iterator[str]:
    if not cost:
        return
    yield from _wrapped(
        "Cost (figure 6): tokens as a multiple of one agent's / speedup per multiple, by agents",
        width,
        "",
    )
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
    yield from table(["model", "team", "", *map(str, sizes)], rows, width, labels=2)


def _laws(laws: Mapping[str, Mapping[str, Mapping[str, Laws]]], width: int) -> Iterator[str]:
    if not laws:
        return
    yield from _wrapped(
        "Scaling laws (failed sessions censored; 95% bootstrap intervals)", width, ""
    )
    rows = [
        [model, mode, structure, law.name,
         "; ".join(f"{k} {_interval(v)}" for k, v in law.parameters.items()) if law.identified
         else f"not identified: {law.reason}"]
        for model, by_mode in laws.items()
        for mode, by_structure in by_mode.items()
        for structure, found in by_structure.items()
        for law in found.fits
    ]  # fmt: skip
    yield from table(["model", "team", "", "law", "parameters"], rows, width, labels=3)


def _interval(value: Interval, digits: int = 2) -> str:
    return f"{value.value:.{digits}f} [{value.low:.{digits}f}, {value.high:.{digits}f}]"


def _ours(entries: Sequence[Ours], width: int) -> Iterator[str]:
    if not entries:
        return
    yield from _wrapped(
        "By our definitions (seconds to success count failed sessions as at least as long)",
        width,
        "",
    )
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
    yield from table(head, rows, width, groups=2, labels=2)


def _advice(report: Report, width: int) -> Iterator[str]:
    if not report.advice:
        return
    yield "Advice"
    for advice in report.advice:
        said = f"{advice.model}, {advice.structure}: {advice.advice}"
        yield from _wrapped(said, width, "  ", "    ")
        for line in advice.evidence:
            yield from _wrapped(line, width, "    - ", "      ")
    yield ""


def _comparison(comparison: Comparison, width: int) -> Iterator[str]:
    yield "Simulated beside published"
    for line in comparison.summary:
        yield from _wrapped(line, width, "  ", "    ")
    yield ""
    shown = comparison.entries[:SHOWN]
    yield f"  The {len(shown)} furthest apart, in standard errors of the difference"
    rows = [
        [_told(entry.published), _told(entry.simulated),
         "" if entry.factor is None else f"{entry.factor:.2f} times",
         "" if entry.apart is None else f"{entry.apart:+.1f} errors"]
        for entry in shown
    ]  # fmt: skip
    told = iter(table(["published", "simulated", "", ""], rows, width, groups=0, labels=0))
    yield f"  {next(told, '')}"
    for entry in shown:
        size = f"n={entry.agents}" if entry.agents else ""
        parts = (entry.figure, entry.model, entry.mode, entry.structure, size)
        yield f"  {' · '.join(filter(None, parts))}"
        yield f"  {next(told)}"
    left = len(comparison.entries) - SHOWN
    if left > 0:
        yield from _wrapped(
            f"and {left} others, all of which --html and --json have: they differ less, or are "
            "costs, of which the paper gives no errors",
            width,
        )
    yield ""
