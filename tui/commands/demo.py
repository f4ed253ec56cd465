"""`crosstalk demo`: a team at work, with nothing to set up."""

import argparse

from tui import cli
from tui.commands import run as running

DEMO = ("run", "math/p0.5", "-n", "4", "--team", "decentralized")


def run(options: argparse.Namespace) -> int:
    """Run the session that shows most of what there is to see."""
    return running.run(cli.parser().parse_args(DEMO))
