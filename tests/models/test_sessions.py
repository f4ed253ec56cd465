"""Teams of simulated agents come to an end, and collide without being told to."""

from statistics import fmean

import pytest

from agents.models import catalog
from agents.models.fitting.harness import Harness, Played
from agents.models.fitting.measuring import counts
from agents.models.simulated.model import SimulatedModel
from agents.models.simulated.profile import load_all
from agents.suites import catalog as suites


def play(name: str, suite: str, team: str, agents: int, seed: int) -> tuple[Harness, Played]:
    harness = Harness(SimulatedModel(load_all()[name], seed), suite, team, agents)
    return harness, harness.play()


FEW = ((1, 4, 16), 1)
MANY = ((1, 2, 4, 8, 16), 2)
"""Team sizes, and seeds of each."""


@pytest.mark.parametrize(
    "extent", [FEW, pytest.param(MANY, marks=pytest.mark.long)], ids=["few", "many"]
)
@pytest.mark.parametrize("team", ["decentralized", "preassigned"])
@pytest.mark.parametrize("name", catalog.names())
def test_most_sessions_get_everything_done(
    name: str, team: str, extent: tuple[tuple[int, ...], int]
) -> None:
    """Over suites, team sizes from 1 to 16 and seeds. Real teams fail too, but not mostly."""
    sizes, seeds = extent
    outcomes = [
        (harness.recorder.state.done(), played.success)
        for suite in suites.names()
        for agents in sizes
        for seed in range(seeds)
        for harness, played in [play(name, suite, team, agents, seed)]
    ]
    assert fmean(done for done, _ in outcomes) >= 0.85
    assert fmean(success for _, success in outcomes) >= 0.5


def test_a_session_repeats_exactly() -> None:
    first, second = (
        play(catalog.DEFAULT, "math/p0.5", "decentralized", 3, 4)[1].events for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("name", catalog.names())
def test_collisions_come_with_the_team(name: str) -> None:
    """Alone nobody collides; in a team that shares a board they do, and where tasks are given
    out they hardly do."""

    def concurrent(team: str, agents: int) -> float:
        return fmean(
            counts(play(name, "math/p0.5", team, agents, seed)[1]).concurrent_writes
            for seed in range(4)
        )

    assert concurrent("decentralized", 1) == 0
    assert concurrent("decentralized", 4) > 4 * max(0.5, concurrent("preassigned", 4))


def test_chains_are_started_too_early() -> None:
    blocked = [
        counts(play(name, "math/p0.2", "decentralized", 3, 1)[1]).claims_blocked
        for name in catalog.names()
    ]
    assert all(blocked)
