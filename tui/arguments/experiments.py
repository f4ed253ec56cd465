"""The grammar of `crosstalk sweep` and `crosstalk report`."""

import argparse

from tui.arguments import Commands

GRID_FILE = """\
a grid file, whose choices options override:
  suites = ["math/*", "svg/p0.5"]
  teams = ["decentralized", "preassigned"]
  agents = [1, 2, 4]
  controls = ["none", "leases"]
  models = ["sim-gpt-5.2"]
  repetitions = 5
also: cadences, seed, max_rounds, max_cost_usd, judge, api_base, actions

  crosstalk sweep grid.toml --dry-run
  crosstalk sweep --suites 'math/*' -n 1,2,4 --reps 3 --out results
  crosstalk report results --html report.html
"""


def add(commands: Commands) -> None:
    """The two commands."""
    _report(commands)
    _sweep(commands)


def _report(commands: Commands) -> None:
    command = commands.add_parser(
        "report",
        help="the paper's figures and ours, from sweeps, recordings or the published traces",
        description="Speedup, conflicts, failed tests, messages, idle rounds, straggler gaps and "
        "cost by the paper's definitions and by ours, scaling laws with intervals, and advice "
        "with its evidence.",
    )
    command.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="the folder of a sweep, its results.parquet, session folders, or the published "
        "runs.parquet and events.parquet",
    )
    command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    command.add_argument("--html", metavar="FILE", help="write a page with figures")
    command.add_argument(
        "--beside",
        nargs="+",
        default=[],
        metavar="TRACES",
        help="the published traces (both files, or their folder), to put simulated figures beside "
        "them and show where they differ",
    )
    for name in ("model", "team", "control"):
        command.add_argument(
            f"--{name}",
            action="append",
            default=[],
            dest=f"{name}s",
            metavar=name.upper(),
            help=f"only sessions with this {name}; may be given again",
        )


def _sweep(commands: Commands) -> None:
    command = commands.add_parser(
        "sweep",
        help="many sessions over a grid of conditions, resumable",
        description="Run every combination of suites, teams, team sizes, controls, cadences and\n"
        "models several times, in an order that mixes conditions. The same command again\n"
        "goes on where it was stopped. Lists are separated by commas.",
        epilog=GRID_FILE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "grid", nargs="?", metavar="GRID", help="a TOML file with choices (see below)"
    )
    command.add_argument(
        "--paper",
        action="store_true",
        help="the paper's grid on the simulated models: 1,350 sessions",
    )
    axes = (
        ("--suites", "suites", "names or patterns, such as 'math/*,svg/p0.5' (default: all nine)"),
        (
            "--teams",
            "teams",
            "decentralized, preassigned, preassigned-watched, lead-assigns, lead, adaptive, "
            "stealing (default: the first two; docs/TEAMS.md)",
        ),
        ("-n", "agents", "team sizes, each 1 to 16 (default: 1,2,3,4,5)"),
        (
            "--controls",
            "controls",
            "of concurrent writes: none, leases, optimistic, worktrees (default: none)",
        ),
        ("--cadences", "cadences", "rounds, free (default: rounds)"),
        (
            "-m",
            "models",
            "models, each for all agents of a team (default: a simulated one; `crosstalk models` "
            "lists them)",
        ),
    )
    for flag, name, text in axes:
        command.add_argument(flag, action="append", dest=name, metavar="LIST", help=text)
    command.add_argument(
        "--reps", type=int, dest="repetitions", metavar="K", help="repetitions (default: 5)"
    )
    command.add_argument(
        "--seed", type=int, metavar="S", help="seed of the first repetition (default: 1)"
    )
    command.add_argument(
        "--max-rounds", type=int, metavar="R", help="rounds of a session at most (default: 60)"
    )
    command.add_argument(
        "--max-session-cost",
        type=float,
        dest="max_cost_usd",
        metavar="USD",
        help="end a session once it has cost this much",
    )
    command.add_argument(
        "--api-base", metavar="URL", help="where providers' models are served (default: theirs)"
    )
    command.add_argument(
        "--actions", metavar="HOW", help="how providers' models act: auto (default), tools or tags"
    )
    command.add_argument(
        "--judge",
        choices=("auto", "pytest", "meaning"),
        help="how test runs of simulated models are judged: by comparing the meaning of what they "
        "wrote (auto, default), or by pytest, which takes ten times as long",
    )
    _how_it_sweeps(command)


def _how_it_sweeps(command: argparse.ArgumentParser) -> None:
    """Where, how fast and for how much."""
    command.add_argument(
        "--out", metavar="DIR", help="folder for the results (default: one for these choices)"
    )
    command.add_argument(
        "--engine",
        default="local",
        metavar="ENGINE",
        help="local (default), dask (processes on this machine) or dask=tcp://HOST:8786 (a "
        "cluster); dask needs the extra 'distributed'",
    )
    command.add_argument(
        "--slots",
        type=int,
        default=0,
        metavar="K",
        help="sessions at once on this machine (default: its processors)",
    )
    command.add_argument(
        "--budget",
        type=float,
        metavar="USD",
        help="begin no more sessions once they have cost this much",
    )
    command.add_argument(
        "--deadline",
        type=float,
        default=3600.0,
        metavar="S",
        help="end a session after so many real seconds (default: 3600)",
    )
    command.add_argument(
        "--rate",
        action="append",
        default=[],
        dest="rates",
        metavar="PROVIDER=REQUESTS/TOKENS",
        help="what a provider allows in a minute, held over all workers; may be given again",
    )
    command.add_argument(
        "--rate-host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where to serve the rates: for workers on other machines this one's address, or "
        "0.0.0.0 where they know its name",
    )
    command.add_argument(
        "--no-recordings",
        action="store_false",
        dest="recordings",
        help="keep rows only, not the sessions' histories",
    )
    command.add_argument("--dry-run", action="store_true", help="say what would be run, and stop")
    command.add_argument(
        "--json", action="store_true", help="end with one JSON object on standard output"
    )
