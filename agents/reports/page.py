"""A report as one HTML page that needs no network: figures, tables, laws, advice.

Names come from recordings and files, so everything is escaped; there is no script in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from agents.reports import beside, charts
from agents.reports.charts import Point, Series
from agents.reports.comparing import Comparison
from agents.reports.document import Report
from agents.reports.figures import Conflicts, Curves
from agents.reports.laws import Law, Laws
from agents.reports.markup import bar_of, interval, key, row, series_of, short_names, table
from agents.reports.ours import Ours
from agents.reports.statistics import Estimate

_PAGE = """\
body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
  max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0.3rem; }
p.note, figcaption { color: var(--soft); }
.row { display: flex; flex-wrap: wrap; gap: 8px; break-inside: avoid; }
figure { margin: 0; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: 13px; margin: 0.5rem 0; }
th, td { border-bottom: 1px solid var(--grid); padding: 2px 8px; text-align: right; }
th:first-child, td:first-child, td.text, th.text { text-align: left; }
td.text { max-width: 34rem; } .scroll { overflow-x: auto; }
@media screen { td:not(.text) { white-space: nowrap; } }
@page { margin: 12mm; }
@page wide { size: landscape; margin: 12mm; }
@media print {
  html { font-size: 11px; }
  body { max-width: none; margin: 0; padding: 0; font-size: 1rem; line-height: 1.35; }
  h2, h3, p.note, .key { break-after: avoid; }
  li, tr { break-inside: avoid; }
  .row { flex-wrap: wrap; gap: 0; } .row svg { width: 33.3%; }
  .scroll { overflow: visible; } .wide { page: wide; }
  table { width: 100%; font-size: 0.75rem; } th, td { padding: 1px 4px; }
}
"""
"""Paper has no scroll bars: three charts fill a row, tables their page, the widest a page across;
a heading stays with what it is of, and a table's head is repeated on every page."""


def page(report: Report, comparison: Comparison | None = None) -> str:
    """The whole page."""
    body = "\n".join(_body(report, comparison))
    variables = {
        ":root": charts.LIGHT,
        "@media screen and (prefers-color-scheme: dark)": charts.DARK,
    }
    sheets = [_variables(where, colours) for where, colours in variables.items()]
    style = "\n".join([*sheets, _PAGE, charts.STYLE])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        '<meta name="color-scheme" content="light dark">'
        f"<title>Crosstalk report</title><style>\n{style}\n</style></head><body>\n{body}\n"
        "</body></html>\n"
    )


def _variables(where: str, colours: Mapping[str, str]) -> str:
    block = "; ".join(f"--{name}: {value}" for name, value in colours.items())
    return f"{where} {{ {block} }}" if where == ":root" else f"{where} {{ :root {{ {block} }} }}"


def _body(report: Report, comparison: Comparison | None) -> Iterator[str]:
    source = report.source
    yield "<h1>Crosstalk report</h1>"
    yield (
        f"<p>{source['sessions']} sessions, {source['succeeded']} successful; "
        f"{_listed(source['models'])}; teams {_listed(source['modes'])}; "
        f"suites {_listed(source['suites'])}.</p>"
    )
    yield from (f'<p class="note">{escape(note)}</p>' for note in report.notes)
    if comparison:
        yield from beside.pictured(comparison)
    yield "<h2>Advice</h2>"
    for advice in report.advice:
        title = f"{advice.model}, {advice.structure}: {advice.advice}"
        yield f"<h3>{escape(title)}</h3>"
        yield "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in advice.evidence) + "</ul>"
    yield from _curves(report)
    yield from _counts(report)
    yield from _laws(report.laws)
    yield '<section class="wide"><h2>By our definitions</h2>'
    yield (
        '<p class="note">Seconds to success count failed sessions as lasting at least as long as '
        "they did; brackets are 95% bootstrap intervals. A figure that the source cannot tell is "
        "left empty.</p>"
    )
    yield _ours(report.ours) + "</section>"
    if comparison:
        yield from beside.listed(comparison)


def _listed(names: Sequence[str]) -> str:
    return escape(", ".join(names))


def _modes(curves: Curves) -> list[str]:
    return sorted({mode for modes in curves.values() for mode in modes})


def _curves(report: Report) -> Iterator[str]:
    modes = _modes(report.speedup)
    styles = {mode: number for number, mode in enumerate(modes)}
    named = key([*((mode, styles[mode], False) for mode in modes), ("Amdahl", 0, True)])
    yield "<h2>Speedup (figures 2 and 3A)</h2>"
    yield (
        '<p class="note">Mean over suites of the mean time of one agent over that of the team, '
        "successful sessions only, with standard errors.</p>"
    )
    yield named
    for model, by_mode in report.speedup.items():
        yield from _panels(model, "speedup", by_mode, styles, report.amdahl)
    yield "<h2>Straggler gap (figure 5)</h2>"
    yield '<p class="note">Seconds of a round by which its slowest reply lies above the mean.</p>'
    for model, by_mode in report.straggler_gap.items():
        yield from _panels(model, "seconds", by_mode, styles, {})
    yield "<h2>Cost (figure 6)</h2>"
    for field, label in (
        ("token_multiplier", "tokens as a multiple of one agent's"),
        ("efficiency", "speedup per multiple of tokens"),
    ):
        yield f'<p class="note">{escape(label)}</p>'
        for model, costs in report.cost.items():
            plain = {
                mode: {
                    structure: {n: Estimate(getattr(cost, field), 0.0) for n, cost in sizes.items()}
                    for structure, sizes in structures.items()
                }
                for mode, structures in costs.items()
            }
            yield from _panels(model, field.replace("_", " "), plain, styles, {})


def _panels(
    model: str,
    label: str,
    by_mode: Mapping[str, Mapping[str, Mapping[int, Estimate]]],
    styles: Mapping[str, int],
    laws: Mapping[str, Mapping[int, float]],
) -> Iterator[str]:
    found = {structure for structures in by_mode.values() for structure in structures}
    order = [s for s in laws if s in found] or sorted(found, reverse=True)
    pictures = []
    for structure in order:
        series = [
            series_of(mode, sizes[structure], styles[mode])
            for mode, sizes in by_mode.items()
            if structure in sizes
        ]
        if structure in laws:
            law = tuple(Point(n, s, s, s) for n, s in laws[structure].items())
            series.append(Series("Amdahl", law, 0, law=True))
        title = f"{model}, {structure}"
        pictures.append(charts.lines(title, "agents", label, series))
    yield row(pictures)


def _counts(report: Report) -> Iterator[str]:
    modes = sorted({mode for by_mode in report.conflicts.values() for mode in by_mode})
    short = short_names(list(report.conflicts))
    yield "<h2>Conflicts and failed tests (figures 3B and 3C)</h2>"
    yield '<p class="note">Per successful session, with standard errors.</p>'
    yield key([(mode, number, False) for number, mode in enumerate(modes)])
    pictures = [
        charts.bars(
            field.replace("_", " "),
            "per session",
            [
                (short[model], [
                    bar_of(mode, getattr(by_mode[mode], field), number)
                    for number, mode in enumerate(modes) if mode in by_mode
                ])
                for model, by_mode in report.conflicts.items()
            ],
        )
        for field in Conflicts.__struct_fields__
    ]  # fmt: skip
    for title, figure in (
        ("failed test runs per session", report.test_failures),
        ("failed test runs per round", report.test_failures_per_round),
    ):
        groups = [
            (short[model], [
                bar_of(mode, by_mode[mode], number)
                for number, mode in enumerate(modes) if mode in by_mode
            ])
            for model, by_mode in figure.items()
        ]  # fmt: skip
        pictures.append(charts.bars(title, title.rpartition("runs ")[2], groups))
    yield row(pictures)
    models = list(report.extra_messages)
    if models:
        yield "<h2>Extra messages and idle rounds (figure 4)</h2>"
        yield '<p class="note">Decentralized minus preassigned, failed sessions included.</p>'
        yield key([(model, number, False) for number, model in enumerate(models)])
        yield row(
            charts.lines(title, "agents", "per session", [
                series_of(model, figure[model], number) for number, model in enumerate(models)
            ])
            for title, figure in (
                ("extra messages", report.extra_messages),
                ("extra idle rounds", report.extra_idle_rounds),
            )
        )  # fmt: skip


def _laws(laws: Mapping[str, Mapping[str, Mapping[str, Laws]]]) -> Iterator[str]:
    yield "<h2>Scaling laws</h2>"
    yield (
        '<p class="note">Fitted to speedups in which failed sessions are censored, with 95% '
        "bootstrap intervals. A law that is not identified is not to be used.</p>"
    )
    head = ("model", "team", "structure", "law", "parameters", "error", "verdict")
    rows = [
        [model, mode, structure, law.name, _parameters(law), f"{law.error:.2f}",
         "identified" if law.identified else f"not identified: {law.reason}"]
        for model, by_mode in laws.items()
        for mode, by_structure in by_mode.items()
        for structure, found in by_structure.items()
        for law in found.fits
    ]  # fmt: skip
    yield table(head, rows, text=(1, 2, 3, 4, 6))


def _parameters(law: Law) -> str:
    return "; ".join(f"{name} = {interval(value)}" for name, value in law.parameters.items())


def _ours(entries: Sequence[Ours]) -> str:
    head = (
        "model", "team", "structure", "agents", "sessions", "success", "seconds to success",
        "bound", "tokens", "idle", "gap s", "lost work %", "refused", "findings per session",
    )  # fmt: skip
    rows = [
        [entry.model, entry.organisation, entry.structure, str(entry.agents), str(entry.sessions),
         f"{entry.success:.0%}", interval(entry.seconds, 0), _number(entry.speedup_bound),
         interval(entry.tokens, 0), "" if entry.idle is None else f"{entry.idle:.0%}",
         _number(entry.gap_s), interval(entry.lost_work, 1, 100), _number(entry.refused_writes),
         ", ".join(f"{kind} {mean:.1f}" for kind, mean in entry.findings.items())]
        for entry in entries
    ]  # fmt: skip
    return table(head, rows, text=(1, 2, 13))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
