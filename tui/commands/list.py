"""`crosstalk list`: the sessions there are."""

import argparse
import json
import sys
from pathlib import Path


def run(options: argparse.Namespace) -> int:
    """List the sessions of the user's data folder and those that run elsewhere, newest last."""
    from agents.runtime import control, folder
    from tui.views import outcome

    running = {path.resolve() for path in control.running()}
    kept = {path.parent.resolve() for path in folder.home().glob("*/history.jsonl")}
    rows = [outcome.row(path, path in running) for path in sorted(kept | running, key=_age)]
    if options.json:
        sys.stdout.write(json.dumps(rows) + "\n")
    elif not rows:
        sys.stdout.write("No sessions yet. `crosstalk demo` makes one.\n")
    else:
        for row in rows:
            sys.stdout.write(
                f"{row['status']:<12} {row['suite']:<12} {row['team']:<14} n={row['agents']:<3}"
                f" {row['tasks']:>6}  {row['findings']:>4} findings  {row['seconds']:>7} s"
                f"  {row['dir']}\n"
            )
    return 0


def _age(session: Path) -> float:
    return (session / "history.jsonl").stat().st_mtime
