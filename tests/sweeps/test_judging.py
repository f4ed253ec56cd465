"""Judged by meaning, a session goes as it does with pytest."""

from pathlib import Path

import pytest

from agents.reports import recordings
from agents.reports.rows import SessionRow
from agents.runtime import clock as clocks
from agents.runtime.clock import Clock
from agents.runtime.hosting import host
from agents.runtime.spec import Spec
from agents.suites import catalog
from agents.sweeps.judging import JudgingRunner
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import State


def play(spec: Spec, folder: Path, judged: bool) -> tuple[SessionRow, list[e.AnyEvent]]:
    folder.mkdir()

    async def main(clock: Clock) -> State:
        runner = JudgingRunner(spec.suite) if judged else None
        return await host(spec, 11, folder, clock, tests=runner)

    clocks.run("virtual", main)
    events = load(folder)[0]
    return recordings.row(events), events


@pytest.mark.parametrize("suite", ["math/p0.5", "data/p0.9", "svg/p0.2"])
def test_a_session_is_the_same_but_for_what_it_is_shown_of_failures(
    suite: str, tmp_path: Path
) -> None:
    """The texts of failures differ, and with them the tokens read; nothing else does."""
    spec = Spec(
        suite=suite, agents=3, models=("sim-gemini-3-flash",), timing="virtual", max_rounds=6
    )
    real, events = play(spec, tmp_path / "real", judged=False)
    judged, told = play(spec, tmp_path / "judged", judged=True)
    runs = [
        [
            (v.returncode, v.passed, v.failed, v.failures)
            for v in found
            if isinstance(v, e.TestsEnded)
        ]
        for found in (events, told)
    ]
    assert runs[0] == runs[1]
    assert any(code for code, *_ in runs[0])
    for field in ("success", "seconds", "rounds", "tokens_out", "rewrites", "findings", "gaps"):
        assert getattr(real, field) == getattr(judged, field), field
    assert judged.tokens_in == pytest.approx(real.tokens_in, rel=0.05)


async def test_it_says_of_a_whole_suite_what_pytest_says() -> None:
    for name in catalog.names():
        suite = catalog.load(name)
        runner = JudgingRunner(name)
        tests = suite.tasks.test_paths
        right = await runner.run({**suite.tasks.tests, **suite.solutions}, tests)
        assert (right.returncode, right.failed) == (0, 0)
        assert right.ok
        path, source = sorted(suite.solutions.items())[0]
        broken = source.replace("return", "return None #", 1)
        wrong = await runner.run({**suite.tasks.tests, **suite.solutions, path: broken}, tests)
        assert wrong.returncode == 1
        assert all(test.startswith(tests[0]) for test in wrong.failures)
        nothing = await runner.run(suite.tasks.tests, tests)
        assert (nothing.returncode, nothing.passed) == (1, 0)
        assert "ModuleNotFoundError" in nothing.output
        assert nothing.output.endswith(f"{nothing.failed} failed\n")
        assert nothing.tree != right.tree
