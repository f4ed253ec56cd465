"""A log for ShiViz, the space-time diagrams of distributed systems (Beschastnikh et al. 2016).

Two lines for each event: what happened, then who and its vector clock. ShiViz asks for an
expression that finds the three; its own default, `PARSER`, fits this log. Only steps of actors
are in it: streamed text has no clock of its own.
"""

from pathlib import Path
from typing import Final

import msgspec

from tui.export.account import Account
from tui.export.describing import describe
from tui.export.options import Options
from tui.export.output import replacing

PARSER: Final = r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})"
"""The parser expression to give to ShiViz, in JavaScript's notation; it is the default there."""


def write(account: Account, out: Path, options: Options) -> None:
    """Write the log."""
    with replacing(out) as file:
        for event in account.events:
            if event.steps:
                host = event.agent.replace(" ", "_")
                clock = {name.replace(" ", "_"): n for name, n in event.clock.items()}
                told = f"#{event.seq} {describe(event)}\n{host} "
                file.write(told.encode() + msgspec.json.encode(clock) + b"\n")
