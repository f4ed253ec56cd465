"""`crosstalk run`: its arguments, and those of whatever begins a session as it does."""

import argparse

from tui.arguments import Commands

WHAT = (
    "math, data or svg with /p0.9, /p0.5 or /p0.2 (the share of work that can be done in "
    "parallel), such as math/p0.5; a task file of the paper's or LATTE's format; or a recorded "
    "session, to run it again from its recording"
)


def add(commands: Commands) -> None:
    """The command itself."""
    run = commands.add_parser(
        "run",
        help="start a team on a suite, a task file or an instruction",
        description="Start a team on a suite, a task file or an instruction and open its screen. "
        "Closing the screen leaves the team running; `crosstalk attach` comes back to it.",
    )
    run.add_argument("suite", nargs="?", default="", metavar="SUITE_OR_FILE", help=WHAT)
    choices(run)
    run.add_argument("--headless", action="store_true", help="no screen; wait for the end")
    run.add_argument("--detach", action="store_true", help="no screen; return at once")
    run.add_argument(
        "--json", action="store_true", help="end with one JSON object on standard output"
    )


def choices(run: argparse.ArgumentParser) -> None:
    """All choices of a session but its suite: also for one that is debugged from its start."""
    _job(run)
    _team(run)
    _trouble(run)
    _time(run)
    _limits(run)


def _job(run: argparse.ArgumentParser) -> None:
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


def _team(run: argparse.ArgumentParser) -> None:
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


def _trouble(run: argparse.ArgumentParser) -> None:
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


def _time(run: argparse.ArgumentParser) -> None:
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


def _limits(run: argparse.ArgumentParser) -> None:
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
