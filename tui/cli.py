"""The command line: parse the arguments first, import what a command needs when it runs.

Every command lives in `tui.commands` in a module of its own name, which has
`run(options) -> exit code`.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from tui import experiments
from tui.arguments import debugging, running

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

_FILE_HELP = (
    "a session folder, its history.jsonl, a packed session, or a folder of Parquet tables (ours, "
    "or the paper's published pair)"
)
_SESSION_HELP = "which one, where FILE holds several; part of its name will do"


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
    running.add(commands)
    _others(commands)
    debugging.add(commands)
    return top


def _others(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands.add_parser(
        "demo",
        help="four simulated agents write a math library together",
        description="Four simulated agents write a math library together: no key, no network.",
    )
    attach = commands.add_parser(
        "attach",
        help="open the screen of a running session",
        description="Open the screen of a running session.",
    )
    attach.add_argument(
        "session", nargs="?", metavar="SESSION", help="its folder (default: the one started last)"
    )
    resume = commands.add_parser(
        "resume",
        help="go on with a session that was killed or interrupted",
        description="Go on with a session that was killed or interrupted, from its last event, "
        "agents with their contexts, and open its screen.",
    )
    resume.add_argument(
        "session",
        nargs="?",
        metavar="SESSION",
        help="its folder, or a packed session (default: the newest that can be gone on with)",
    )
    resume.add_argument("--headless", action="store_true", help="no screen; wait for the end")
    resume.add_argument("--detach", action="store_true", help="no screen; return at once")
    resume.add_argument(
        "--json", action="store_true", help="end with one JSON object on standard output"
    )
    replay = commands.add_parser(
        "replay",
        help="watch a recorded session again",
        description="Watch a recorded session again, on the screen it ran on.",
    )
    replay.add_argument("file", metavar="FILE", help=_FILE_HELP)
    replay.add_argument("--session", metavar="NAME", help=_SESSION_HELP)
    replay.add_argument(
        "--speed", type=float, default=1.0, metavar="X", help="how fast, 0.25 to 64 (default 1)"
    )
    listing = commands.add_parser(
        "list",
        help="your recordings, newest last, and finding words in them",
        description="Your recordings, newest last, and finding words in them.",
    )
    listing.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="recordings, or folders that hold some (default: your own)",
    )
    listing.add_argument(
        "--search",
        metavar="QUERY",
        help="only recordings in which something fits: words, agent:NAME, path:PATTERN, kind:KIND",
    )
    listing.add_argument("--json", action="store_true", help="as a JSON array")
    _export(commands)
    _audit(commands)
    experiments.report(commands)
    experiments.sweep(commands)
    init = commands.add_parser(
        "init",
        help="begin a suite of your own",
        description="Write a task file and tests to begin a suite of your own with.",
    )
    init.add_argument(
        "folder", nargs="?", default=".", metavar="DIR", help="where to (default: here)"
    )
    commands.add_parser(
        "models",
        help="the models a team can be made of",
        description="The models a team can be made of.",
    )
    commands.add_parser(
        "doctor",
        help="check what this machine offers",
        description="Check what this machine offers: git, confinement, terminal.",
    )


def _export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from tui.export.formats import FORMATS

    forms = "\n".join(f"  {name:<8} {form.words}" for name, form in FORMATS.items())
    export = commands.add_parser(
        "export",
        help="a recording as film, page, report, trace or tables",
        description=f"A recording in the form of another tool:\n\n{forms}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("file", metavar="FILE", help=_FILE_HELP)
    export.add_argument("--session", metavar="NAME", help=_SESSION_HELP)
    export.add_argument("--to", choices=FORMATS, required=True, metavar="FORM", help="see above")
    export.add_argument(
        "-o",
        "--out",
        metavar="OUT",
        help="where to write; - is standard output (default: here, named after the session)",
    )
    export.add_argument(
        "--size", default="120x40", metavar="CxR", help="cast, svg: columns x rows (default 120x40)"
    )
    export.add_argument("--theme", default="crosstalk-dark", metavar="NAME", help="cast, svg")
    export.add_argument(
        "--speed", type=float, default=1.0, metavar="X", help="cast: how fast (default 1)"
    )
    export.add_argument(
        "--idle",
        type=float,
        default=2.0,
        metavar="S",
        help="cast: longest pause (default 2; 0 any)",
    )
    export.add_argument(
        "--cast-version", type=int, choices=(2, 3), default=2, help="cast: the format's version"
    )
    export.add_argument("--at", metavar="TIME", help="svg: 95, 1:35 or 50%% (default: the end)")
    export.add_argument("--endpoint", metavar="URL", help="otel: send the spans there by OTLP/HTTP")


def _audit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    audit = commands.add_parser(
        "audit",
        help="what went wrong in any git repository, from its history alone",
        description="Who overwrote whom, which branches conflict, which merges broke something: "
        "from the history of any git repository, with its branches, worktrees and uncommitted "
        "edits. Writes nothing to it. Exit code: 0 clear, 1 error, 2 findings.",
    )
    audit.add_argument("repository", metavar="REPO", help="its folder, or a session's")
    audit.add_argument("--json", action="store_true", help="one JSON object on standard output")
    audit.add_argument(
        "--since",
        default="",
        metavar="REV|DATE",
        help="judge only commits after this (main, a tag, 2026-01-31, '2 weeks ago')",
    )
    audit.add_argument(
        "--branches",
        default="",
        metavar="GLOB",
        help="only branches with such names, without uncommitted edits (default: all, with them)",
    )
    audit.add_argument(
        "--kind",
        action="append",
        default=[],
        dest="kinds",
        metavar="K",
        help="only this kind of finding, harmless ones too; may be given again",
    )
    audit.add_argument(
        "--limit",
        type=int,
        metavar="N",
        help="list at most N findings (default 50, with --json all; 0: all)",
    )


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

    name = options.command or "start"
    try:
        code: int = import_module(f"tui.commands.{name}").run(options)
    except CrosstalkError as error:
        return errors.report(error)
    except KeyboardInterrupt:
        return errors.INTERRUPTED
    except BrokenPipeError:
        return errors.DONE  # whoever read our output has seen enough
    return code
