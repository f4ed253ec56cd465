"""`crosstalk audit`: what went wrong in a repository, from its history alone.

Its exit codes are those that hooks and CI expect of a checker: 0 clear, 1 error (also wrong
usage), 2 findings.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Final

from tui import errors
from workspaces.errors import CrosstalkError

CLEAR: Final = 0
FAILED: Final = 1
FOUND: Final = 2
PATIENCE: Final = 1.0
"""Seconds before progress is shown."""
LISTED: Final = 50
"""Findings that a person is shown; a program is given all."""


def run(options: argparse.Namespace) -> int:
    """Audit and report; the exit code."""
    try:
        return _audit(options)
    except CrosstalkError as error:
        errors.report(error)
        return FAILED


def _audit(options: argparse.Namespace) -> int:
    from tui.views import audited
    from workspaces.anomalies.finding import Kind
    from workspaces.auditing.audit import audit

    unknown = sorted(set(options.kinds) - set(Kind))
    if unknown:
        raise CrosstalkError(
            f"There is no kind {', '.join(unknown)}", "", f"Kinds are {', '.join(Kind)}."
        )
    if options.limit is not None and options.limit < 0:
        raise CrosstalkError(f"A limit of {options.limit}", "", "Give 0 (no limit) or more.")
    with _Progress() as progress:
        report = audit(
            Path(options.repository),
            since=options.since,
            branches=options.branches,
            kinds=frozenset(map(Kind, options.kinds)),
            progress=progress.tell,
        )
    limit = (0 if options.json else LISTED) if options.limit is None else options.limit
    say = audited.as_json if options.json else audited.in_words
    sys.stdout.write(say(report, limit) + "\n")
    return FOUND if report.findings else CLEAR


class _Progress:
    """One line on standard error that is written over, once the audit takes long and somebody
    is there to see it."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()
        self._due = time.monotonic() + PATIENCE
        self._shown = False

    def tell(self, what: str, count: int) -> None:
        """Say what is being done, at most some times a second."""
        if self._shows and time.monotonic() >= self._due:
            self._due = time.monotonic() + 0.2
            self._shown = True
            sys.stderr.write(f"\r\x1b[K{what}" + (f": {count:,}" if count else ""))
            sys.stderr.flush()

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
