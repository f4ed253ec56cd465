"""`crosstalk fork`: a session that parts from another at an event."""

import argparse
from pathlib import Path

from workspaces.errors import CrosstalkError


def run(options: argparse.Namespace) -> int:
    """Make the fork that the options describe, and go on with it as they say."""
    from agents.debugger import options as forking
    from agents.debugger.forking import fork
    from tui import watching
    from tui.commands.resume import go_on

    if not options.at:
        raise CrosstalkError(
            "Where is the session to be forked?",
            "--at is not given",
            "Give an event: crosstalk debug SESSION, then next-finding or where, tells its number.",
        )
    if not (options.headless or options.detach):
        watching.check_terminal()
    chosen = forking.chosen(options)
    source = Path(options.session)
    into = chosen.into(source, chosen.at)
    fork(source, chosen.at, into, chosen.changes)
    return go_on(into, options)
