"""`crosstalk` alone: the start screen, and whatever is chosen there."""

import argparse

from tui import errors, watching


def run(options: argparse.Namespace) -> int:
    """Show the start screen and carry out the choice."""
    watching.check_terminal()
    from tui import cli
    from tui.app import run_start

    chosen = run_start()
    return cli.main(chosen) if chosen else errors.DONE
