"""`crosstalk sweep`: many sessions over a grid of conditions, resumable."""

import argparse
import json
import os
import shlex
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from tui import errors
from tui.views import words
from tui.views.sanitize import sanitize
from workspaces.errors import CrosstalkError

if TYPE_CHECKING:  # importing them costs every command
    from agents.sweeps.grid import Grid
    from agents.sweeps.job import Job
    from agents.sweeps.results import Failure, Results
    from agents.sweeps.runner import Progress

TELL_EVERY_S = 10.0
"""Between two lines of progress where nobody sees a line change."""
_LISTED = ("teams", "agents", "controls", "cadences", "models")
_AXES = ("suites", "teams", "controls", "cadences", "models")
_SCALARS = (
    "repetitions", "seed", "max_rounds", "max_cost_usd", "judge", "api_base", "actions",
)  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Run the sweep that the options describe, or what is left of it; the exit code."""
    from agents.sweeps.results import Results

    _check(options)
    grid = _grid(options)
    grid.check()
    jobs = grid.jobs()
    folder = Path(options.out) if options.out else _default(grid)
    results = Results(folder)
    if options.dry_run:
        results.check(grid)
        return _plan(grid, jobs, results, options)
    results.open(grid)
    try:
        return _drive(jobs, results, options)
    finally:
        results.close()


def _check(options: argparse.Namespace) -> None:
    from agents.runtime.spec import UsageError

    for flag, least in (("slots", 0), ("budget", 0), ("deadline", 1)):
        value = getattr(options, flag)
        if value is not None and value < least:
            raise UsageError(f"--{flag} {value:g} is too little", "", f"Choose {least} or more.")


def _grid(options: argparse.Namespace) -> "Grid":
    """The file's choices, or the paper's, and over them the flags'."""
    import msgspec

    from agents.runtime.spec import UsageError
    from agents.sweeps import grid as grids

    choices: dict[str, object] = {}
    if options.paper:
        choices = msgspec.to_builtins(grids.PAPER)
    if options.grid:
        choices |= grids.read(Path(options.grid))
    for axis in _AXES:
        if given := getattr(options, axis):
            choices[axis] = [part for text in given for part in text.split(",") if part]
    if options.agents:
        sizes = [part for text in options.agents for part in text.split(",") if part]
        if not all(part.isdecimal() for part in sizes):
            raise UsageError(
                f"Cannot read the team sizes {','.join(sizes)!r}", "", "For example: -n 1,2,4"
            )
        choices["agents"] = [int(part) for part in sizes]
    choices |= {
        name: getattr(options, name) for name in _SCALARS if getattr(options, name) is not None
    }
    return grids.make(choices)


def _default(grid: "Grid") -> Path:
    """A folder that the same choices find again."""
    import msgspec

    from agents.runtime import folder

    digest = sha256(msgspec.json.encode(grid)).hexdigest()[:10]
    return folder.home().parent / "sweeps" / digest


def _plan(grid: "Grid", jobs: "list[Job]", results: "Results", options: argparse.Namespace) -> int:
    """Say what would be run."""
    done = results.done()
    left = [job for job in jobs if job.key not in done]
    real = sum(job.spec.timing == "wall" for job in left)
    judged = sum(job.judge != "pytest" for job in left)
    plan = {
        "dir": str(results.folder.absolute()),
        "sessions": len(jobs),
        "conditions": len({job.condition for job in jobs}),
        "left": len(left),
        "on_virtual_time": len(left) - real,
        "on_wall_time": real,
        "judged_by_meaning": judged,
        "grid": _plain(grid),
    }
    if options.json:
        sys.stdout.write(json.dumps(plan) + "\n")
        return errors.DONE
    lists = {"suites": grid.suite_names()}
    lists |= {axis: getattr(grid, axis) for axis in _LISTED}
    lines = [
        f"{plan['sessions']} sessions: {plan['conditions']} conditions x {grid.repetitions}",
        *(line for name, values in lists.items() for line in _listed(name, values)),
        f"  {len(left)} to run: {len(left) - real} on virtual time, {real} on wall time",
        f"  tests judged by meaning in {judged} of them, by pytest in {len(left) - judged}",
        f"  {_price(real, grid)}",
        f"  into {results.folder}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return errors.DONE


def _listed(name: str, values: Sequence[object]) -> list[str]:
    said = ", ".join(map(str, values))
    return textwrap.wrap(said, 80, initial_indent=f"  {name:<9} ", subsequent_indent=" " * 12)


def _plain(grid: "Grid") -> object:
    import msgspec

    return msgspec.to_builtins(grid)


def _price(real: int, grid: "Grid") -> str:
    if not real:
        return "simulated models cost nothing"
    if grid.max_cost_usd is None:
        return "cost unknown: --max-session-cost bounds each session, --budget the whole sweep"
    return f"at most {words.money(real * grid.max_cost_usd)}"


def _drive(jobs: "list[Job]", results: "Results", options: argparse.Namespace) -> int:
    from agents.sweeps import engines, limits, runner

    rates = limits.parse(options.rates)
    server = limits.RateServer(rates, options.rate_host) if rates else None
    engine = engines.create(options.engine, options.slots)
    ticker = _Ticker()
    driver = runner.Runner(
        results,
        engine,
        deadline_s=options.deadline,
        most_usd=options.budget,
        rates=server.address if server else "",
        keep_recordings=options.recordings,
        tell=ticker.tell,
    )
    before = signal.signal(signal.SIGINT, _stopping(driver.stop))
    try:
        ending = driver.run(jobs)
    finally:
        signal.signal(signal.SIGINT, before)
        ticker.clear()
        engine.shutdown()
        if server:
            server.close()
    return _conclude(ending, driver.progress(), results, options)


def _stopping(stop: Callable[[], None]) -> Callable[[int, FrameType | None], None]:
    """The first Ctrl-C ends the sweep in order, the next one at once."""

    def handler(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stderr.write("\nstopping; Ctrl-C again to stop at once\n")
        stop()

    return handler


def _conclude(
    ending: str, progress: "Progress", results: "Results", options: argparse.Namespace
) -> int:
    from agents.sweeps import runner

    failures = results.failures()
    table: Path | None = None
    note = ""
    try:
        table = results.tabulate()
    except CrosstalkError as error:
        note = f"{error.title}. {error.fix}"
    if options.json:
        summary = {
            "dir": str(results.folder.absolute()),
            "ended": ending,
            "sessions": progress.total,
            "done": progress.done,
            "new": progress.new,
            "failed": len(failures),
            "succeeded": progress.succeeded,
            "wall_seconds": round(progress.elapsed_s, 1),
            "cost_usd": round(progress.cost_usd, 6),
            "unpriced": progress.unpriced,
            "table": str(table.absolute()) if table else "",
        }
        sys.stdout.write(json.dumps(summary) + "\n")
    else:
        lines = [
            *_in_words(progress, failures),
            *([f"  the budget of {words.money(options.budget)} is used up"]
              if ending == runner.BUDGET else []),
            *([f"  {note}"] if note else [f"  table: {table}"]),
            *(["  the same command goes on with the rest"]
              if progress.done < progress.total else []),
            *([f"  crosstalk report {shlex.quote(str(results.folder))}"] if progress.done else []),
        ]  # fmt: skip
        sys.stdout.write(sanitize("\n".join(lines)) + "\n")
    if ending == runner.INTERRUPTED:
        return errors.INTERRUPTED
    return errors.DONE if progress.done == progress.total else errors.NO_SUCCESS


def _in_words(progress: "Progress", failures: "list[Failure]") -> Iterator[str]:
    yield (
        f"{progress.done} of {progress.total} sessions done ({progress.new} now, in "
        f"{words.duration(progress.elapsed_s)}), {progress.succeeded} successful, "
        f"{words.cost(progress.cost_usd, progress.unpriced)}"
    )
    if progress.unpriced:
        yield f"  the price of {progress.unpriced} is not known: no limit of cost counts them"
    for one in failures[:5]:
        spec = one.job.spec
        yield (
            f"  could not be run: {spec.suite} {spec.team} n={spec.agents} seed {one.job.seed}: "
            f"{one.error.splitlines()[-1]}"
        )
    if len(failures) > 5:
        yield f"  and {len(failures) - 5} others, in failures/"


def _standing(progress: "Progress") -> str:
    """Where the sweep stands, as short as it can be said: a line has 80 columns."""
    parts = [f"{progress.done}/{progress.total} done", f"{progress.running} running"]
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    if progress.remaining_s is not None:
        parts.append(f"{words.duration(progress.remaining_s)} left")
    if progress.cost_usd or progress.unpriced:
        more = f" (+{words.money(progress.remaining_usd)})" if progress.remaining_usd else ""
        parts.append(words.cost(progress.cost_usd, progress.unpriced) + more)
    return ", ".join(parts)


def _columns() -> int:
    """Of the terminal that standard error is, now: it may be made narrower meanwhile. A Ctrl-C is
    echoed in two of them."""
    return os.get_terminal_size(sys.stderr.fileno()).columns or 80


class _Ticker:
    """Progress on standard error: a line that is written over, or now and then a new one."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._due = 0.0
        self._last = ""

    def tell(self, progress: "Progress") -> None:
        """Say where the sweep stands."""
        if progress.last:
            self._last = f" · {progress.last}"
        now = time.monotonic()
        if now < self._due and progress.done < progress.total:
            return
        self._due = now + (0.2 if self._live else TELL_EVERY_S)
        line = sanitize(_standing(progress) + self._last)
        sys.stderr.write(f"\r\x1b[K{line[: _columns() - 3]}" if self._live else line[:160] + "\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
