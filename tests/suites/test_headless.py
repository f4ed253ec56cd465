"""A whole session on every suite: real files, real pytest, a team that finishes it."""

from pathlib import Path

import pytest

from agents.models import catalog as models
from agents.runtime import process
from agents.runtime.spec import Spec
from agents.suites import catalog

SEEDS = range(1, 6)
"""A simulated team leaves a mistake in some of its sessions, as real ones do, but not in all."""


FEW = {"math/p0.5", "data/p0.2", "svg/p0.9"}
"""One of each kind and of each structure."""


@pytest.mark.parametrize(
    "suite",
    [
        name if name in FEW else pytest.param(name, marks=pytest.mark.long)
        for name in catalog.names()
    ],
)
def test_a_team_finishes_the_suite(suite: str, tmp_path: Path) -> None:
    spec = Spec(
        suite=suite,
        agents=3,
        models=(models.DEFAULT,),
        team="preassigned",
        timing="virtual",
    )
    endings = []
    for seed in SEEDS:
        folder = tmp_path / str(seed)
        state = process.run(spec, seed, folder)
        written = {path.name for path in (folder / "workspace").glob("*.py")}
        assert written == {*catalog.load(suite).solutions, *catalog.load(suite).tasks.tests}
        assert state.ended
        endings.append((state.ended.reason, state.ended.success))
        if state.ended.success:
            break
    assert endings[-1] == ("done", True), endings
