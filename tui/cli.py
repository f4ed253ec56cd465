"""The command line: parse the arguments first, import what a command needs when it runs.

Every command lives in `tui.commands` in a module of its own name, which has
`run(options) -> exit code`.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from tui import experiments

EPILOG = """\
examples:
  crosstalk demo                                     a team at work, nothing to set up
  crosstalk run math/p0.5 -n 4 --team decentralized  choose suite, size and kind of team
  crosstalk run math/p0.2 --headless --json          the same without a terminal
  crosstalk attach                                   come back to the team that is running
  crosstalk resume                                   go on with one that was killed
  crosstalk replay SESSION                           watch a finished session again
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
    _run(commands)
    _others(commands)
    return top


def _run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = commands.add_parser(
        "run",
        help="start a team on a suite, a task file or an instruction",
        description="Start a team on a suite, a task file or an instruction and open its screen. "
        "Closing the screen leaves the team running; `crosstalk attach` comes back to it.",
    )
    run.add_argument(
        "suite",
        nargs="?",
        default="",
        metavar="SUITE_OR_FILE",
        help="math, data or svg with /p0.9, /p0.5 or /p0.2 (the share of work that can be done in "
        "parallel), such as math/p0.5; a task file of the paper's or LATTE's format; or a recorded "
        "session, to run it again from its recording",
    )
    run.add_argument(
        "--task",
        default="",
        metavar="TEXT",
        help="an instruction instead of a suite: the team makes the tasks (--team adaptive, the "
        "default then, or a kind with a lead)",
    )
    run.add_argument(
        "--dir",
        default="",
        dest="folder",
        metavar="PATH",
        help="with --task: begin with a copy of the files there, which is itself never written",
    )
    run.add_argument(
        "-n",
        type=int,
        dest="agents",
        metavar="N",
        help="how many agents, 1 to 16 (default 4)",
    )
    run.add_argument(
        "-m",
        action="append",
        dest="models",
        metavar="MODEL",
        help="a model for all agents, or given once for each agent (`crosstalk models` lists them)",
    )
    run.add_argument(
        "--api-base",
        metavar="URL",
        help="where providers' models are served, for a server of your own (see docs/MODELS.md)",
    )
    run.add_argument(
        "--actions",
        choices=("auto", "tools", "tags"),
        help="how providers' models act: by tool calls, by tags in their text, or tool calls "
        "where the model is known to make them (default)",
    )
    run.add_argument(
        "--team",
        metavar="KIND",
        help="who decides who does what: decentralized (claims, default), preassigned, "
        "preassigned-watched (with a lead that only watches), lead-assigns (in round 1), lead "
        "(coordinates freely), adaptive (one graph that all keep up), stealing (see docs/TEAMS.md)",
    )
    run.add_argument(
        "--control",
        metavar="KIND",
        help="concurrency control on files: none (the last writer wins, default), leases (a "
        "writer holds a file for a while), optimistic (a stale write is refused with the "
        "difference), worktrees (one for each agent, merged and re-tested)",
    )
    run.add_argument(
        "--faults",
        metavar="LIST",
        help="faults to inject, FAULT[:TARGET][*NUMBER][@START[-END]] with commas between, for "
        "example crash:agent-2@r3,delay-messages@30s-60s (see docs/FAULTS.md)",
    )
    run.add_argument(
        "--break",
        action="append",
        dest="breaks",
        metavar="CONDITION",
        help="stop the team there, for example 'finding:lost-update path:*.py' or 'tokens>50000'; "
        "may be given again (see docs/DEBUGGER.md)",
    )
    _how_it_runs(run)


def _how_it_runs(run: argparse.ArgumentParser) -> None:
    """Time, chance, limits and where the session goes."""
    run.add_argument(
        "--cadence",
        metavar="KIND",
        help="rounds: all are asked at once and wait for each other (default); free: each goes on "
        "by itself, and who has nothing to do waits for something new",
    )
    run.add_argument(
        "--recovery",
        metavar="KIND",
        help="what becomes of tasks whose holder is silent: none (default), reassign, or backup "
        "(another does it as well, also a slow one's; the first valid result wins)",
    )
    run.add_argument(
        "--unconfined",
        action="store_true",
        default=None,
        help="let tests and scripts of what models wrote run although this machine cannot confine "
        "them (`crosstalk doctor` tells)",
    )
    run.add_argument(
        "--clock",
        choices=("wall", "virtual"),
        dest="timing",
        help="virtual time skips every wait and repeats exactly; the default when "
        "headless on simulated models, else wall",
    )
    run.add_argument(
        "--seed",
        type=int,
        metavar="S",
        help="the same seed on virtual time gives the same history (default: drawn)",
    )
    run.add_argument(
        "--out",
        metavar="DIR",
        help="a new or empty folder for the session (default: one under the user's data folder)",
    )
    run.add_argument(
        "--max-rounds",
        type=int,
        metavar="R",
        help="end after R rounds, or R turns of each agent (default 60)",
    )
    run.add_argument(
        "--max-cost",
        type=float,
        dest="max_cost_usd",
        metavar="USD",
        help="end once replies have cost this much",
    )
    run.add_argument(
        "--context",
        type=int,
        dest="context_tokens",
        metavar="TOKENS",
        help="show an agent at most so much at a time (default: what its model takes)",
    )
    run.add_argument(
        "--max-tokens", type=int, metavar="N", help="end once this many tokens went in and out"
    )
    run.add_argument(
        "--max-seconds", type=float, metavar="S", help="end after S seconds, in mid-reply too"
    )
    run.add_argument("--headless", action="store_true", help="no screen; wait for the end")
    run.add_argument("--detach", action="store_true", help="no screen; return at once")
    run.add_argument(
        "--json", action="store_true", help="end with one JSON object on standard output"
    )


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
