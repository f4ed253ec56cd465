"""`crosstalk replay`: a recorded session on the screen it ran on."""

import argparse
from pathlib import Path

from tui import watching
from workspaces.errors import CrosstalkError

SLOWEST, FASTEST = 0.25, 64.0


def run(options: argparse.Namespace) -> int:
    """Open the recording."""
    if not SLOWEST <= options.speed <= FASTEST:
        raise CrosstalkError(
            f"A speed of {options.speed:g}",
            "",
            f"Choose a --speed from {SLOWEST:g} to {FASTEST:g}.",
        )
    return watching.replay(Path(options.file), options.speed, options.session or "")
