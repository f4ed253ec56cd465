"""Stage 2: the method of moments by simulation.

The inclinations that cannot be read off the traces are searched for: sessions are simulated with
a candidate's, and the candidate is kept when their means come nearer to the traces'. The search
is a random walk on the logits of a few inclinations at a time, with smaller and smaller steps.
Every candidate plays the same seeds, so that chance does not decide between two.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from random import Random

from msgspec import structs

from agents.models.fitting.harness import Harness
from agents.models.fitting.measuring import Counts, counts
from agents.models.fitting.targets import SIZES, SUITES, Cell, Target, distance
from agents.models.simulated.model import SimulatedModel
from agents.models.simulated.profile import Behaviour, Profile

SEARCHED = {
    "decentralized": (
        "sweep",
        "ahead",
        "batch",
        "in_order",
        "grouped",
        "finish",
        "rewrite",
        "trespass",
        "polish",
        "hesitate",
        "repair",
        "broad",
        "rash",
        "bug",
    ),
    "preassigned": (
        "sweep_first",
        "sweep",
        "ahead_first",
        "ahead",
        "batch_first",
        "batch",
        "hesitate",
        "repair",
        "broad",
        "rash",
        "polish",
        "bug",
    ),
}
"""What is searched for, by team. In a preassigned team nobody picks or claims."""
LARGEST = {
    "batch": 6.0,
    "batch_first": 6.0,
    "bug": 0.06,
    "hesitate": 0.8,
    "polish": 0.9,
    "rewrite": 0.9,
    "repair": 0.98,
}
SMALLEST = {"batch": 1.0, "batch_first": 1.0, "bug": 0.002, "repair": 0.3, "finish": 0.4}
"""Bounds beyond 0.01 and 0.99. A team that never notices a failing test, or never completes what
it wrote, would come to no end; that is no model of anything."""
CAP = 60
"""Rounds at most, as in most of the traced sessions."""


def search(
    profile: Profile,
    team: str,
    aims: Mapping[Cell, Mapping[str, Target]],
    rng: Random,
    tries: int,
    seeds: Sequence[int],
    tell: Callable[[str], None],
) -> Profile:
    """The profile with the inclinations in `team` that came nearest to `aims`."""
    best = profile
    nearest = distance(aims, simulate(best, team, seeds, SIZES), team)
    tell(f"{profile.name}, {team}: {nearest:.3f} to begin with")
    for attempt in range(tries):
        width = 1.2 * (1 - attempt / tries) + 0.25
        behaviour = _neighbour(best.behaviour(team), team, rng, width)
        candidate = structs.replace(best, **{team: behaviour})
        gap = distance(aims, simulate(candidate, team, seeds, SIZES), team)
        if gap < nearest:
            best, nearest = candidate, gap
            tell(f"{profile.name}, {team}: {nearest:.3f} after {attempt + 1} of {tries} tries")
    return best


def simulate(
    profile: Profile, team: str, seeds: Sequence[int], sizes: Sequence[int]
) -> dict[Cell, list[Counts]]:
    """The counts of a session per seed, suite and team size."""
    return {
        (suite, size): [
            counts(Harness(SimulatedModel(profile, seed), suite, team, size).play(CAP))
            for seed in seeds
        ]
        for suite in SUITES
        for size in sizes
    }


def _neighbour(behaviour: Behaviour, team: str, rng: Random, width: float) -> Behaviour:
    changes = {}
    for name in rng.sample(SEARCHED[team], rng.choice((1, 2, 3))):
        least, most = SMALLEST.get(name, 0.01), LARGEST.get(name, 0.99)
        value = min(max(getattr(behaviour, name), least), most)
        share = min(max((value - least) / (most - least), 0.001), 0.999)
        logit = math.log(share / (1 - share)) + rng.gauss(0.0, width)
        share = 1 / (1 + math.exp(-logit))
        changes[name] = float(f"{least + share * (most - least):.4g}")
    return structs.replace(behaviour, **changes)
