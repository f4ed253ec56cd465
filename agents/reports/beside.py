"""Of a page, what puts simulated figures beside published ones: pictures, and every figure."""

from collections.abc import Iterator, Sequence
from html import escape

from agents.reports import charts
from agents.reports.comparing import Comparison, Entry
from agents.reports.markup import bar_of, key, row, series_of, short_names, table

SIDES = ("published", "simulated")
_OVER_SIZES = ("speedup", "straggler gap", "token multiplier", "extra messages")
_COUNTS = ("concurrent by author", "rewrites", "claims blocked", "failed test runs")


def pictured(comparison: Comparison) -> Iterator[str]:
    """What it comes to in words, and the paper's figures with both sides in each picture."""
    yield "<h2>Simulated beside published</h2>"
    yield "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in comparison.summary) + "</ul>"
    yield (
        '<p class="note">All figures of all conditions, with their differences, are in the last '
        "table of this page; the figures of the simulated sessions alone follow here.</p>"
    )
    yield key([(side, style, False) for style, side in enumerate(SIDES)])
    for figure in _OVER_SIZES:
        own = [entry for entry in comparison.entries if entry.figure == figure]
        pictures = list(_lines(own))
        if pictures:
            yield f"<h3>{escape(figure.capitalize())}</h3>"
            yield row(pictures)
    pictures = [
        picture
        for figure in _COUNTS
        if (picture := _bars(figure, [e for e in comparison.entries if e.figure == figure]))
    ]
    if pictures:
        yield "<h3>Counts per successful session of decentralized teams</h3>"
        yield row(pictures)


def listed(comparison: Comparison) -> Iterator[str]:
    """Every figure of every condition."""
    yield '<section class="wide"><h2>Simulated beside published: every figure</h2>'
    yield (
        '<p class="note">The greatest difference first, in standard errors of the difference. The '
        "paper gives no errors of costs; they stand last.</p>"
    )
    head = ("figure", "model", "team", "structure", "agents", "published", "simulated",
            "difference", "factor", "errors apart")  # fmt: skip
    rows = [
        [entry.figure, entry.model, entry.mode, entry.structure, entry.agents,
         f"{entry.published.mean:.2f} ± {entry.published.sem:.2f}",
         f"{entry.simulated.mean:.2f} ± {entry.simulated.sem:.2f}",
         f"{entry.difference:+.2f}", "" if entry.factor is None else f"{entry.factor:.2f}",
         "" if entry.apart is None else f"{entry.apart:+.1f}"]
        for entry in comparison.entries
    ]  # fmt: skip
    yield table(head, rows, text=(1, 2, 3)) + "</section>"


def _lines(entries: Sequence[Entry]) -> Iterator[str]:
    """A picture for each model, team and structure, over numbers of agents."""
    conditions = sorted(
        {(entry.model, entry.mode, entry.structure) for entry in entries},
        key=lambda found: (found[0], found[1], [-ord(letter) for letter in found[2]]),
    )
    names = short_names(sorted({entry.model for entry in entries}))
    for condition in conditions:
        own = sorted(
            (e for e in entries if (e.model, e.mode, e.structure) == condition),
            key=lambda entry: int(entry.agents),
        )
        model, *others = condition
        yield charts.lines(
            ", ".join(filter(None, (names[model], *others))),
            "agents",
            own[0].figure,
            [
                series_of(side, {int(e.agents): getattr(e, side) for e in own}, style)
                for style, side in enumerate(SIDES)
            ],
        )


def _bars(figure: str, entries: Sequence[Entry]) -> str:
    """Both sides of a count, for every model."""
    own = {entry.model: entry for entry in entries if entry.mode == "decentralized"}
    names = short_names(sorted(own))
    groups = [
        (
            names[model],
            [bar_of(side, getattr(own[model], side), style) for style, side in enumerate(SIDES)],
        )
        for model in sorted(own)
    ]
    return charts.bars(figure, "per session", groups)
