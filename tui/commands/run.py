"""`crosstalk run`: start a team, with a screen or without."""

import argparse
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui import errors

if TYPE_CHECKING:  # importing it costs every command
    from agents.runtime.spec import Spec

SEEDS = 1 << 31


def run(options: argparse.Namespace) -> int:
    """Start the session that the options describe and stay with it as they say."""
    from agents.models import catalog as models
    from agents.runtime import folder, spec

    names = tuple(options.models or (models.DEFAULT,))
    headless = options.headless
    simulated = all(map(models.is_simulated, names))
    timing = options.timing or ("virtual" if headless and simulated else "wall")
    chosen = spec.Spec(
        suite=options.suite,
        agents=options.agents,
        models=names,
        team=options.team,
        control=options.control,
        cadence=options.cadence,
        recovery=options.recovery,
        timing=timing,
        max_rounds=options.max_rounds,
        max_cost_usd=options.max_cost_usd,
        context_tokens=options.context_tokens,
        faults=options.faults,
    )
    spec.check(chosen)
    seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    if options.out:
        where = Path(options.out)
    else:
        where = folder.default(options.suite, options.team, options.agents, stamp)
    if headless:
        return _headless(chosen, seed, where, options.json)
    return _with_screen(chosen, seed, where, options)


def _headless(chosen: "Spec", seed: int, where: Path, as_json: bool) -> int:
    from agents.runtime import process

    began = time.monotonic()
    state = process.run(chosen, seed, where)
    _summarise(where, time.monotonic() - began, as_json)
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


def _summarise(where: Path, wall_seconds: float, as_json: bool) -> None:
    from tui.views import outcome

    say = outcome.as_json if as_json else outcome.in_words
    sys.stdout.write(say(where, wall_seconds) + "\n")
