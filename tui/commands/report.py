"""`crosstalk report`: the paper's figures and ours, from whatever holds sessions."""

import argparse
import shutil
import sys
from pathlib import Path

from tui import errors
from tui.views.sanitize import sanitize
from workspaces.errors import CrosstalkError


def run(options: argparse.Namespace) -> int:
    """Report on the sessions of the paths; the exit code."""
    from agents.reports import comparing, document, page, sources
    from agents.reports.rows import SessionRow
    from tui.views import report as views

    def chosen(paths: list[str]) -> list[SessionRow]:
        return [
            row
            for row in sources.load([Path(path) for path in paths])
            if (not options.models or row.model in options.models)
            and (not options.teams or row.mode in options.teams)
            and (not options.controls or row.control in options.controls)
        ]

    rows = chosen(options.paths)
    if not rows:
        raise CrosstalkError(
            "No session is left to report on",
            "none has the models, teams and controls that were asked for",
            "Leave --model, --team or --control away.",
        )
    comparison = None
    if options.beside:
        options.models = []  # the two sides have names of their own for a model
        comparison = comparing.compare(chosen(options.beside), rows)
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
