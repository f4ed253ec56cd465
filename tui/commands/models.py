"""`crosstalk models`: what a team can be made of."""

import argparse
import sys


def run(options: argparse.Namespace) -> int:
    """List the models, the default first."""
    from agents.models import catalog

    for name in sorted(catalog.names(), key=lambda name: name != catalog.DEFAULT):
        mark = "*" if name == catalog.DEFAULT else " "
        sys.stdout.write(f"{mark} {name:<24} {catalog.describe(name)}\n")
    sys.stdout.write("\n* the default. All of these are simulated: no network, no key.\n")
    return 0
