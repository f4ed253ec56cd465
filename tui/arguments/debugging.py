"""`crosstalk debug`, `fork` and `compare`: their arguments."""

import argparse

from tui.arguments import Commands, running

VERBS = """\
commands, one a line on standard input (`help` lists them all):
  break CONDITION, continue, step [action|turn|round] [AGENT], back, goto EVENT, until CONDITION,
  next-finding, inspect agent NAME context, inspect event N, findings, fork [OPTION ...],
  compare SESSION, where, quit; to a live team also hold, say, edit-message, assign, write, ...

examples:
  crosstalk debug SESSION                       a recording from its start, a live one at its end
  crosstalk debug math/p0.5 -n 4 --seed 7       a new team, paused before its first step
  echo next-finding | crosstalk debug SESSION   for scripts; --json for one object a command

Exit code: 0, or 2 if any command failed.
"""


def add(commands: Commands) -> None:
    """The three commands."""
    _debug(commands)
    _fork(commands)
    _compare(commands)


def _debug(commands: Commands) -> None:
    debug = commands.add_parser(
        "debug",
        help="stop, step, look, go back and fork, by commands on standard input",
        description="Debug a session by commands on standard input: a recording, a running team, "
        "or a new one.",
        epilog=VERBS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    debug.add_argument(
        "suite",
        nargs="?",
        default="",
        metavar="FILE",
        help="a recording of any form, the folder of a running session, or a suite or task file "
        "as for run, which then takes run's options",
    )
    debug.add_argument(
        "--session", metavar="NAME", help="which one, where FILE holds several recordings"
    )
    debug.add_argument(
        "--json", action="store_true", help="answer each command with one JSON object on a line"
    )
    running.choices(debug)


def _fork(commands: Commands) -> None:
    from agents.debugger import options

    fork = commands.add_parser(
        "fork",
        help="go on from any event of a session another way",
        description="A new session that shares the first events of another and goes on live from "
        "there, with another model, team, control or an edited message. The parent stays "
        "untouched, and may be running. The earliest event to part at is the end of its setup.",
    )
    fork.add_argument("session", metavar="SESSION", help="its folder, or a packed session")
    options.add(fork)
    fork.add_argument("--headless", action="store_true", help="no screen; wait for the end")
    fork.add_argument("--detach", action="store_true", help="no screen; return at once")
    fork.add_argument(
        "--json", action="store_true", help="end with one JSON object on standard output"
    )


def _compare(commands: Commands) -> None:
    compare = commands.add_parser(
        "compare",
        help="two sessions side by side: where they part, and what came of each",
        description="Where two sessions part (a fork and its parent, or any two), and their "
        "findings, tasks, tests, tokens, cost, messages and time side by side. A * marks what "
        "differs.",
    )
    compare.add_argument("a", metavar="A", help="a recording of any form")
    compare.add_argument("b", metavar="B", help="another")
    compare.add_argument("--json", action="store_true", help="one JSON object on standard output")
