"""`crosstalk report`: the paper's figures and ours, from whatever holds sessions."""

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui import errors
from tui.views.sanitize import sanitize
from workspaces.errors import CrosstalkError

if TYPE_CHECKING:  # importing them costs every command
    from agents.reports.rows import SessionRow


def run(options: argparse.Namespace) -> int:
    """Report on the sessions of the paths; the exit code."""
    from agents.reports import comparing, document, page, sources
    from tui.views import report as views

    loaded = sources.load([Path(path) for path in options.paths])
    rows = _chosen(loaded, options.models, options.teams, options.controls)
    comparison = None
    if options.beside:
        comparison = comparing.compare(_traces(options), rows)
        if not comparison.entries:
            raise CrosstalkError(
                "No condition has sessions on both sides",
                "the published models are simulated by " + ", ".join(comparing.traced_names()),
                "Report on a sweep with one of these, without a control.",
            )
    report = document.build(rows)
    if options.html:
        _write(Path(options.html), page.page(report, comparison))
    if options.json:
        sys.stdout.write(document.to_json(report, comparison).decode() + "\n")
    else:
        sys.stdout.write(sanitize(views.in_words(report, comparison, _columns())) + "\n")
        if options.html:
            sys.stdout.write(f"The page is in {options.html}\n")
    return errors.DONE


def _chosen(
    rows: "list[SessionRow]", models: list[str], teams: list[str], controls: list[str]
) -> "list[SessionRow]":
    """The sessions with these; all where nothing is asked for. Raises `CrosstalkError` for none."""
    from agents.reports.rows import distinct

    found = [
        row
        for row in rows
        if (not models or row.model in models)
        and (not teams or row.mode in teams)
        and (not controls or row.control in controls)
    ]
    if not rows:
        raise CrosstalkError(
            "There is no session to report on yet",
            "what was given has no results",
            "Run the sweep: the same command goes on with it.",
        )
    if not found:
        there = (distinct(getattr(row, name) for row in rows) for name in ("model", "mode"))
        raise CrosstalkError(
            "No session is left to report on",
            f"there are sessions of {'; '.join(', '.join(names) for names in there)}; and with the "
            f"controls {', '.join(distinct(row.control or 'none' for row in rows))}",
            "Leave --model, --team or --control away, or name one of these.",
        )
    return found


def _traces(options: argparse.Namespace) -> "list[SessionRow]":
    """The published sessions. The two sides have names of their own for a model: no choice of
    models is for these."""
    from agents.reports import sources

    rows = sources.load([Path(path) for path in options.beside])
    if not all(row.published for row in rows):
        raise CrosstalkError(
            f"Not the published traces: {', '.join(options.beside)}",
            "simulated figures are put beside those of the paper",
            "Give its runs.parquet and events.parquet, or their folder, with --beside.",
        )
    return _chosen(rows, [], options.teams, [])


def _columns() -> int:
    """Of the terminal that is written to; where it is none, a page's."""
    from tui.views.report import WIDTH

    return shutil.get_terminal_size((WIDTH, 0)).columns if sys.stdout.isatty() else WIDTH


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CrosstalkError(
            f"Cannot write {path}",
            error.strerror or str(error),
            "Choose another file with --html.",
        ) from error
