"""A sweep of a provider's model, through litellm, from the server on loopback."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from agents.reports import sources
from agents.suites import catalog as suites
from agents.sweeps.engines import LocalEngine
from agents.sweeps.grid import Grid
from agents.sweeps.limits import Rate, RateClient, RateServer
from agents.sweeps.results import Results
from agents.sweeps.runner import DONE, Runner
from tests.loopback.brain import fixed
from tests.loopback.server import Options, serving
from tests.scenarios.crosstalk import crosstalk, environment


def small_suite(folder: Path) -> Path:
    """Two tasks that stand alone, with a test: a few turns' work."""
    tasks = [t for t in suites.load("math/p0.9").tasks.tasks if not t.dependencies][:2]
    listed = [
        {"id": t.id, "title": t.title, "description": t.description, "files": list(t.files)}
        for t in tasks
    ]
    imports = "\n".join(f"    import {task.files[0].removesuffix('.py')}" for task in tasks)
    (folder / "test_two.py").write_text(f"def test_both():\n{imports}\n")
    file = folder / "two.json"
    file.write_text(json.dumps({"project": "two", "description": "Two.", "tasks": listed}))
    return file


def test_real_models_are_swept_within_their_rates(tmp_path: Path) -> None:
    """On wall time, tested by pytest, each call let through by the driver, in processes that are
    gone afterwards."""
    with serving(Options()) as server:
        done = crosstalk(
            "sweep",
            *("--suites", str(small_suite(tmp_path)), "-m", "openai/made-up", "-n", "2"),
            *("--teams", "preassigned", "--reps", "1", "--api-base", server.url),
            *("--rate", "openai=600/1000000", "--out", str(tmp_path / "sweep"), "--json"),
            home=tmp_path,
            env=environment(tmp_path, OPENAI_API_KEY="sk-planted-0123456789abcdef"),
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["done"] == 1
    results = Results(tmp_path / "sweep")
    assert {one.job.spec.timing for one in results.stored()} == {"wall"}
    assert {one.job.judge for one in results.stored()} == {"pytest"}
    rows = sources.load([tmp_path / "sweep"])
    assert {row.model for row in rows} == {"openai/made-up"}
    assert all(row.replies and row.tokens_out for row in rows)
    for path in (tmp_path / "sweep").rglob("*"):
        assert path.is_dir() or b"sk-planted" not in path.read_bytes()


def test_a_provider_that_is_down_fails_its_sessions_and_not_the_sweep(tmp_path: Path) -> None:
    with serving(Options(fault=lambda number, request: "401")) as server:
        done = crosstalk(
            "sweep",
            *("--suites", str(small_suite(tmp_path)), "-m", "openai/made-up,sim-gpt-5.2"),
            *("-n", "1", "--teams", "preassigned", "--reps", "1", "--api-base", server.url),
            *("--out", str(tmp_path / "sweep"), "--json"),
            home=tmp_path,
            env=environment(tmp_path, OPENAI_API_KEY="sk-planted-0123456789abcdef"),
        )
    summary = json.loads(done.stdout)
    assert summary["ended"] == "done", done.stderr
    by_model = {row.model: row for row in sources.load([tmp_path / "sweep"])}
    assert by_model["sim-gpt-5.2"].ended
    assert not by_model["openai/made-up"].success


def test_calls_wait_for_their_rate_over_all_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sessions at a time, each in a process of its own, share two calls a second once the
    bucket is empty, which it is from the first call on. What is asserted is a lower bound on when
    calls come: a busy machine can only make them later."""
    workers, per_second = 2, 2.0
    limits = RateServer({"openai": Rate(requests=60 * per_second)})
    came: list[float] = []

    def note(number: int, request: dict[str, Any]) -> str:
        if number == 1:
            RateClient(limits.address).take("openai", 60 * per_second, 0)
        came.append(time.monotonic())
        return ""

    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-0123456789abcdef")
    looking = fixed("I look.", ("list_files", "{}"))
    with serving(Options(brain=looking, fault=note)) as server:
        grid = Grid(
            suites=(str(small_suite(tmp_path)),),
            models=("openai/made-up",),
            agents=(1,),
            teams=("preassigned",),
            repetitions=workers,
            max_rounds=6,
            api_base=server.url,
        )
        results = Results(tmp_path / "sweep")
        results.open(grid)
        engine = LocalEngine(workers)
        try:
            assert Runner(results, engine, rates=limits.address).run(grid.jobs()) == DONE
        finally:
            engine.shutdown()
            results.close()
            limits.close()
    waited = [at - came[0] for at in came[1:]]
    assert len(waited) == 6 * workers - 1
    # the other worker's first call may have been let through before the bucket was emptied
    for place, seconds in enumerate(waited, 1):
        assert seconds >= (place - workers) / per_second - 0.05
    assert all(row.replies for row in sources.load([tmp_path / "sweep"]))
