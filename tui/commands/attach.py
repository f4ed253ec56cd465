"""`crosstalk attach`: come back to a team that is running."""

import argparse
from pathlib import Path

from tui import watching
from workspaces.errors import CrosstalkError


def run(options: argparse.Namespace) -> int:
    """Open the screen of the running session that is named, or of the newest."""
    from agents.runtime import control

    if options.session:
        session = Path(options.session)
        if not control.is_running(session):
            raise CrosstalkError(
                f"No team is running in {session}",
                "its process has ended, or there never was one",
                f"crosstalk replay {session} shows what it did.",
            )
        return watching.live(session)
    sessions = control.running()
    if not sessions:
        raise CrosstalkError(
            "No team is running", "", "crosstalk run starts one; crosstalk list shows past ones."
        )
    return watching.live(sessions[-1])
