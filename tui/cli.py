"""The command line: parse the arguments first, import what a command needs when it runs.

Every command lives in `tui.commands` in a module of its own name, which has
`run(options) -> exit code`.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from tui.arguments import (
    auditing,
    beginning,
    debugging,
    experiments,
    recordings,
    running,
    teams,
)

GROUPS = (running, teams, recordings, auditing, experiments, beginning, debugging)
"""In the order in which help lists their commands."""

EPILOG = """\
examples:
  crosstalk demo                                     a team at work, nothing to set up
  crosstalk run math/p0.5 -n 4 --team decentralized  choose suite, size and kind of team
  crosstalk run math/p0.2 --headless --json          the same without a terminal
  crosstalk attach                                   come back to the team that is running
  crosstalk resume                                   go on with one that was killed
  crosstalk replay SESSION                           watch a finished session again
  crosstalk debug SESSION                            stop, step, look and go back, by commands
  crosstalk fork SESSION --at 120 --team lead        go on from there another way
  crosstalk export SESSION --to html                 one page to share, needs no network
  crosstalk audit .                                  what went wrong in a git repository
  crosstalk sweep --suites 'math/*' -n 1,2,4         many sessions, then: crosstalk report DIR
"""


def parser() -> argparse.ArgumentParser:
    """The grammar of the whole command line."""
    top = argparse.ArgumentParser(
        prog="crosstalk",
        description="Watch, step through and record teams of language-model agents at work on "
        "one git-backed workspace. Without a command: a start screen.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="store_true", help="print the version and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for group in GROUPS:
        group.add(commands)
    return top


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    try:
        return parser().parse_args(arguments)
    except SystemExit as stop:
        # To whoever calls `audit` from a hook, 2 means findings.
        if stop.code == 2 and arguments[:1] == ["audit"]:
            raise SystemExit(1) from None
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parsed(list(sys.argv[1:] if arguments is None else arguments))
    if options.version:
        from workspaces.version import current

        sys.stdout.write(f"crosstalk {current()}\n")
        return 0
    from tui import errors
    from workspaces.errors import CrosstalkError
    from workspaces.importing import importing

    name = options.command or "start"
    try:
        with importing():
            command = import_module(f"tui.commands.{name}")
        code: int = command.run(options)
    except CrosstalkError as error:
        return errors.report(error)
    except KeyboardInterrupt:
        return errors.INTERRUPTED
    except BrokenPipeError:
        return errors.DONE  # whoever read our output has seen enough
    return code
