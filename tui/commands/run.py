"""`crosstalk run`: start a team, with a screen or without."""

import argparse
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui import errors

if TYPE_CHECKING:  # importing it costs every command
    from agents.runtime.spec import Spec
    from workspaces.errors import CrosstalkError

SEEDS = 1 << 31
CHOICES = (
    "agents", "team", "control", "cadence", "recovery", "timing", "seed", "max_rounds",
    "max_cost_usd", "max_tokens", "max_seconds", "api_base", "actions", "context_tokens",
    "faults", "task", "folder", "unconfined",
)  # fmt: skip
"""Options that are choices of the session, by the names they have there; `None` when not given."""


def run(options: argparse.Namespace) -> int:
    """Start the session that the options describe and stay with it as they say."""
    from agents.models import catalog as models
    from agents.runtime import folder, spec

    chosen = choose(options)
    try:
        spec.check(chosen)
    except spec.Unconfined as error:
        if options.headless or options.detach or not _allows(error):
            raise
        chosen = replace(chosen, unconfined=True)
        spec.check(chosen)
    seed = secrets.randbelow(SEEDS) if chosen.seed is None else chosen.seed
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    if options.out:
        where = Path(options.out)
    else:
        name = chosen.suite or Path(chosen.folder).name or "task"
        where = folder.default(name, chosen.team, chosen.agents, stamp)
    if any(map(models.is_providers, chosen.models)) and sys.stderr.isatty():
        sys.stderr.write("Loading litellm and looking at the models ...\n")
    if options.headless:
        return _headless(chosen, seed, where, options.json)
    return _with_screen(chosen, seed, where, options)


def _allows(error: "CrosstalkError") -> bool:
    """Whether the person at the terminal lets code run that cannot be confined."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{error.title}: {error.cause}.\nGo on without confinement? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def choose(options: argparse.Namespace) -> "Spec":
    """What the options say; where they say nothing, what a recording says that is run again, or
    what is usual."""
    from agents.models import catalog as models
    from agents.runtime import spec

    _check_job(options)
    path = Path(options.suite)
    if options.suite and spec.is_recording(path):
        usual = spec.from_recording(path)
    else:
        usual = spec.Spec(suite=options.suite, models=(models.DEFAULT,))
        if options.task:
            usual = replace(usual, team="adaptive")
    given = {name: value for name in CHOICES if (value := getattr(options, name)) is not None}
    if options.models:
        given["models"] = tuple(options.models)
    if options.breaks:
        given["breaks"] = tuple(options.breaks)
    chosen = replace(usual, **given)
    if options.timing is None and not (options.suite and spec.is_recording(path)):
        skips = options.headless and all(map(models.keeps_virtual_time, chosen.models))
        chosen = replace(chosen, timing="virtual" if skips else "wall")
    return chosen


def _check_job(options: argparse.Namespace) -> None:
    """Raise `UsageError` unless there is one thing to do, and somebody to continue it."""
    from agents.runtime.usage import UsageError

    if options.breaks and options.headless:
        raise UsageError(
            "Breakpoints without a screen",
            "nobody could let the team go on",
            "Leave --headless or --break away.",
        )
    if options.suite and options.task:
        raise UsageError(
            "A suite and an instruction",
            f"{options.suite} and --task are both given",
            "Choose one of them.",
        )
    if not options.suite and not options.task:
        cause = "--dir needs an instruction" if options.folder else ""
        raise UsageError(
            "Nothing to do",
            cause or "neither a suite nor an instruction is given",
            'Name a suite (math/p0.5), a task file, or say --task "…".',
        )


def _headless(chosen: "Spec", seed: int, where: Path, as_json: bool) -> int:
    from agents.runtime import process

    began = time.monotonic()
    state = process.run(chosen, seed, where)
    summarise(where, time.monotonic() - began, as_json)
    if state.ended and state.ended.reason == "interrupted":
        return errors.INTERRUPTED
    return errors.DONE if state.ended and state.ended.success else errors.NO_SUCCESS


def _with_screen(chosen: "Spec", seed: int, where: Path, options: argparse.Namespace) -> int:
    from agents.runtime import process
    from tui import watching

    if not options.detach:
        watching.check_terminal()
    process.start(chosen, seed, where)
    if options.detach:
        sys.stdout.write(f"{where.absolute()}\n")
        return errors.DONE
    return watching.live(where, as_json=options.json)


def summarise(where: Path, wall_seconds: float, as_json: bool) -> None:
    """Say what came of the session in `where`."""
    from tui.views import outcome

    say = outcome.as_json if as_json else outcome.in_words
    sys.stdout.write(say(where, wall_seconds) + "\n")
