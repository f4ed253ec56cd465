"""`python -m agents.models.fitting --data DIR [--out DIR] [--report FILE] [--quick] [--keep]
[--seed N]`.

Writes one profile a model and, if asked, the report. The same data and seed give the same bytes.
With `--keep` the profiles stay what they are, and the report says what they do now: whether rules
and contexts that have changed since they were fitted changed that.
"""

import argparse
import sys
from pathlib import Path
from random import Random

import msgspec

from agents.models.fitting import report, searching, starting, targets, traces
from agents.models.simulated import profile as profiles
from agents.models.simulated.profile import TEAMS, Profile
from workspaces.errors import CrosstalkError

TRIES = {"decentralized": 220, "preassigned": 120}
QUICK = {"decentralized": 4, "preassigned": 4}
SEEDS = range(3)
SHOWN_SEEDS = range(1000, 1012)
"""Seeds of the sessions in the report: none that the search has seen."""


def main(arguments: list[str] | None = None) -> int:
    """Fit, and say how it goes on standard error. 0, or 2 when the traces are not there."""
    options = _parser().parse_args(arguments)
    try:
        data = traces.load(options.data)
    except CrosstalkError as error:
        _tell(f"{error.title}: {error.cause}. {error.fix}")
        return 2
    tries = QUICK if options.quick else TRIES
    seeds = SEEDS[:1] if options.quick else SEEDS
    effort = f"{tries['decentralized']} + {tries['preassigned']} tries of {len(seeds)} seeds"
    fitted = []
    for name in starting.MODELS:
        profile, shares = starting.begin(data, name, options.seed, effort)
        if options.keep:
            profile = profiles.load_all()[name]
        else:
            profile = _search(data, profile, options.seed, tries, seeds)
        fitted.append(_played(data, profile, shares, seeds))
    if not options.keep:
        options.out.mkdir(parents=True, exist_ok=True)
        for one in fitted:
            (options.out / f"{one.profile.name}.json").write_bytes(stored(one.profile))
    if options.report:
        text = report.page(fitted, targets.SUITES, targets.SIZES)
        options.report.write_text(text, encoding="utf-8")
    return 0


def stored(profile: Profile) -> bytes:
    """The profile as package data."""
    return msgspec.json.format(msgspec.json.encode(profile), indent=2) + b"\n"


def _search(
    data: traces.Traces, profile: Profile, seed: int, tries: dict[str, int], seeds: range
) -> Profile:
    for team in TEAMS:
        aims = targets.targets(data, profile.traced, team)
        dice = Random(f"{seed}/{profile.name}/{team}")
        profile = searching.search(profile, team, aims, dice, tries[team], seeds, _tell)
    return profile


def _played(
    data: traces.Traces, profile: Profile, shares: dict[str, object], seeds: range
) -> report.Fitted:
    aims = {team: targets.targets(data, profile.traced, team) for team in TEAMS}
    shown = SHOWN_SEEDS[: len(seeds)] if len(seeds) == 1 else SHOWN_SEEDS
    played = {team: searching.simulate(profile, team, shown, targets.SIZES) for team in TEAMS}
    return report.Fitted(profile, shares, aims, played)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=starting.SCRIPT, description="Fit the simulated profiles to the published traces."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the two parquet files")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(profiles.__file__).parent / "profiles",
        help="folder for the profiles (the package's own if left out)",
    )
    parser.add_argument("--report", type=Path, help="file for the report, in Markdown")
    parser.add_argument("--quick", action="store_true", help="few tries: to see that it works")
    parser.add_argument(
        "--keep", action="store_true", help="search for nothing: report on the profiles there are"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the search")
    return parser


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
