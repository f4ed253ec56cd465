"""The fit: its arithmetic on made-up numbers, and the whole of it on the published traces."""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.fitting import __main__ as script
from agents.models.fitting import direct, starting, targets, traces
from agents.models.fitting.measuring import Counts
from agents.models.simulated.profile import TEAMS, Profile

MODELS = [traced for traced, _ in starting.MODELS.values()]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = os.environ.get("CROSSTALK_PAPER_DATA")
    if not found:
        pytest.skip("CROSSTALK_PAPER_DATA names no folder with the published traces")
    return Path(found)


@pytest.fixture(scope="module")
def data(folder: Path) -> traces.Traces:
    return traces.load(folder)


# Arithmetic ----------------------------------------------------------------------------------


@given(
    st.floats(0.5, 5),
    st.floats(0.001, 0.1),
    st.lists(st.floats(10, 5000), min_size=3, max_size=12, unique=True),
)
def test_least_squares_finds_a_line(first: float, each: float, xs: list[float]) -> None:
    if max(xs) < 1.5 * min(xs):
        xs = [*xs, 3 * max(xs)]
    values = [first + each * x for x in xs]
    got = direct.least_squares([(1.0, x) for x in xs], values, [1 / v**2 for v in values])
    assert got == pytest.approx((first, each), rel=1e-4, abs=1e-6)


def a_session(**given: float) -> Counts:
    fields: dict[str, Any] = dict.fromkeys(Counts.__slots__, 1.0)
    return Counts(**(fields | given))


def test_no_gap_is_no_distance_and_a_wider_gap_is_more() -> None:
    cell = ("math/p0.5", 3)
    aims = {cell: {m: targets.Target(1.0, 0.5, 5) for m in Counts.__slots__}}
    near, far, out = (a_session(rounds=r) for r in (1.0, 2.0, 50.0))
    gaps = [targets.distance(aims, {cell: [s]}, "decentralized") for s in (near, far, out)]
    assert gaps[0] == 0
    assert all(a < b for a, b in pairwise(gaps))


def test_missing_traces_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "runs.parquet is not there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# On the traces -------------------------------------------------------------------------------


def test_counts_agree_with_the_runs_table(folder: Path, data: traces.Traces) -> None:
    """What the sessions' own table records is what is counted from the events."""
    runs = {row["run_dir"]: row for row in pl.read_parquet(folder / "runs.parquet").to_dicts()}
    assert len(data.sessions) == len(runs) == 1413
    assert sum(r.writes for r in data.replies) == 99_839
    assert len(data.replies) == 73_963
    nothing_recorded: int = 0
    for session in data.sessions:
        row = runs[session.run]
        assert session.counts.rounds == row["total_rounds"]
        recorded, counted = row["concurrent_writes"], session.counts.concurrent_writes
        nothing_recorded += int(recorded == 0 and counted > 0)
    # The column misses what the events hold; else the report would be wrong to say so.
    assert nothing_recorded > 100


def test_stage_one_by_another_route(folder: Path, data: traces.Traces) -> None:
    """The shares, from a plain walk over the events with no table operations at all."""
    runs = {row["run_dir"]: row for row in pl.read_parquet(folder / "runs.parquet").to_dicts()}
    events = pl.read_parquet(folder / "events.parquet").select("type", "run_dir", "round")
    tally: Counter[tuple[str, str, str]] = Counter()
    for run, reply in _replies(events.iter_rows()):
        row = runs[run]
        if row["task_type"] != "mathutilities20":
            continue
        key = (row["model_dir"], traces.TEAMS[row["mode"]])
        wrote = reply["edit_file"] > 0
        tally[*key, "wrote" if wrote else "idle"] += 1
        tally[*key, "tested after" if wrote else "tested idle"] += reply["run_tests"] > 0
    for model in MODELS:
        for team in TEAMS:
            shares = direct.shares(data, model, team)
            writing, idle = tally[model, team, "wrote"], tally[model, team, "idle"]
            assert shares.replies == writing + idle
            assert shares.test_after == pytest.approx(
                tally[model, team, "tested after"] / writing, rel=1e-4
            )
            assert shares.test_idle == pytest.approx(
                tally[model, team, "tested idle"] / idle, rel=1e-4
            )


def _replies(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[str, Counter[str]]]:
    current: tuple[str, Counter[str]] | None = None
    for kind, run, _ in rows:
        if kind == "agent_reply":
            if current:
                yield current
            current = (run, Counter())
        elif current and current[0] == run:
            current[1][kind] += 1
    if current:
        yield current


@pytest.mark.parametrize("model", MODELS)
def test_the_latency_is_a_minimum_of_its_squares(data: traces.Traces, model: str) -> None:
    """Any line a little beside the fitted one is worse on the same sessions."""
    fitted = direct.latency(data, model)
    sums: dict[str, list[float | None]] = {}
    for reply in data.replies_of(model):
        if reply.agents == 1:
            sums.setdefault(reply.run, []).append(reply.seconds)
    tokens = {s.run: s.counts.tokens_out for s in data.sessions}
    points = []
    for run, seconds in sums.items():
        known = [s for s in seconds if s is not None]
        if len(known) == len(seconds):
            k = len(known)
            points.append((tokens[run] / k, sum(known) / k, k))

    def loss(first: float, each: float) -> float:
        return sum(k * ((first + each * x) / y - 1) ** 2 for x, y, k in points)

    best = loss(fitted.first_s, fitted.seconds_per_token)
    for a, b in ((1.02, 1), (0.98, 1), (1, 1.02), (1, 0.98)):
        assert best < loss(fitted.first_s * a, fitted.seconds_per_token * b)


def test_the_stored_profiles_hold_stage_one(data: traces.Traces) -> None:
    from agents.models.simulated.profile import load_all

    for name, profile in load_all().items():
        begun, _ = starting.begin(data, name, 1, "")
        assert profile.latency == begun.latency
        assert profile.sizes == begun.sizes
        assert profile.provenance.runs_sha256 == data.digests[0]
        assert profile.decentralized.test_after == begun.decentralized.test_after


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_quick_fit_repeats_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    results = []
    for run in ("one", "two"):
        out, page = tmp_path / run, tmp_path / f"{run}.md"
        asked = ["--data", str(folder), "--out", str(out), "--report", str(page), "--quick"]
        assert script.main(asked) == 0
        written = {path.name: path.read_bytes() for path in out.iterdir()}
        results.append((written, page.read_text("utf-8")))
    assert results[0] == results[1]
    written, text = results[0]
    assert len(written) == 3
    for content in written.values():
        profile = msgspec.json.decode(content, type=Profile)
        assert profile.name in text
        assert script.stored(profile) == content
    assert "What is not reproduced" in text


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_documented_figures_are_what_the_profiles_do_now(folder: Path, tmp_path: Path) -> None:
    """Whatever has changed since they were fitted: else they need a new fit, or at least a new
    page (`--keep`)."""
    out, page = tmp_path / "profiles", tmp_path / "page.md"
    asked = ["--data", str(folder), "--out", str(out), "--report", str(page), "--keep"]
    assert script.main(asked) == 0
    assert not out.exists()
    documented = Path(__file__).parents[2] / "docs" / "SIMULATION.md"
    assert page.read_text("utf-8") == documented.read_text("utf-8")
