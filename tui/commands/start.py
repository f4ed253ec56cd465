"""`crosstalk` alone: the start screen, and whatever is chosen there."""

import argparse

from tui import errors, watching


def run(options: argparse.Namespace) -> int:
    """Show the start screen and carry out the choice."""
    from tui import cli
    from tui.app import run_start

    watching.check_terminal()
    chosen = run_start()
    return cli.main(chosen) if chosen else errors.DONE
