"""The published figures, recomputed by another route: SQL over the raw tables, in SQLite.

Nothing is shared with the code under test but the files: SQLite has no idea of polars, and the
queries were written from the paper's definitions.
"""

import json
import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from agents.reports import advice, document, figures, laws, ours, published, sources
from agents.reports.rows import SessionRow
from agents.reports.statistics import Estimate
from tests.reports import traces
from workspaces.errors import CrosstalkError

EXACT = 1e-9
MODES = {"decentralized": "decentralized", "preassign_nolead": "preassigned"}
SECONDS = """
    select model_dir, mode, p_label, task_type, n_teammates as n, wall_clock_seconds as x
    from runs where success"""
STRUCTURES = {"p09": "p0.9", "p05": "p0.5", "p02": "p0.2"}

pytestmark = traces.needed


@pytest.fixture(scope="module")
def rows() -> list[SessionRow]:
    return published.load(*traces.PAIR)


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    for name, path in zip(("runs", "events"), traces.PAIR, strict=True):
        frame = pl.read_parquet(path)
        if "agents" in frame.columns:
            frame = frame.drop("agents").with_row_index("place")
        connection.execute(f"create table {name} ({', '.join(frame.columns)})")
        holes = ", ".join("?" * len(frame.columns))
        connection.executemany(f"insert into {name} values ({holes})", frame.iter_rows())
    connection.execute("create index by_round on events (run_dir, type, round)")
    connection.execute("create unique index by_place on events (place)")
    yield connection
    connection.close()


def moments(values: str, keys: str) -> str:
    """SQL for the keys, mean, sample variance (0 of a single value) and number of `values`, a query
    of the keys and `x`. The variance is summed from the mean, in a second pass: the difference of
    squares that one pass allows keeps six digits of these figures and not nine."""
    return f"""
        select {keys}, avg(x) as mean,
               coalesce(sum((x - middle) * (x - middle)) / nullif(count(*) - 1, 0), 0) as spread,
               count(*) as k
        from (select {keys}, x, avg(x) over (partition by {keys}) as middle from ({values}))
        group by {keys}"""


def same(found: Estimate, mean: float, sem: float) -> None:
    assert found.mean == pytest.approx(mean, rel=EXACT, abs=EXACT)
    assert found.sem == pytest.approx(sem, rel=EXACT, abs=EXACT)


def test_speedup(rows: list[SessionRow], database: sqlite3.Connection) -> None:
    query = f"""
        with cells as ({moments(SECONDS, "model_dir, mode, p_label, task_type, n")})
        select a.model_dir, a.mode, a.p_label, b.n, count(*), avg(a.mean / b.mean),
               sum((a.mean / b.mean) * (a.mean / b.mean)
                   * (a.spread / (a.k * a.mean * a.mean) + b.spread / (b.k * b.mean * b.mean)))
        from cells a join cells b using (model_dir, mode, p_label, task_type)
        where a.n = 1 group by 1, 2, 3, 4"""
    found = figures.speedup(rows)
    count = 0
    for model, mode, label, n, suites, mean, squares in database.execute(query):
        value = found[model][MODES[mode]][STRUCTURES[label]][n]
        if n == 1:
            assert value == Estimate(1.0, 0.0)
        else:
            same(value, mean, math.sqrt(squares) / suites)
        count += 1
    assert count == 90 == len(list(leaves(found)))


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    else:
        yield value


CONFLICTS = {
    "concurrent_writes": """
        select run_dir, count(*) as c from (
            select run_dir, round, path from events where type = 'edit_file'
            group by 1, 2, 3 having count(*) >= 2) group by 1""",
    "rewrites": """
        select w.run_dir, count(*) as c from events w join (
            select run_dir, path, min(round) as first from events where type = 'edit_file'
            group by 1, 2) f on w.run_dir = f.run_dir and w.path = f.path
        where w.type = 'edit_file' and w.round > f.first group by 1""",
    "claims_blocked": """
        select run_dir, count(*) as c from events where type = 'claim_blocked' group by 1""",
    "concurrent_by_author": """
        select run_dir, count(*) as c from (
            select w.run_dir, w.round, w.path from (
                select *, max(case when type = 'agent_reply' then place end)
                    over (partition by run_dir order by place) as reply from events
                where type in ('agent_reply', 'edit_file')) w
            join events r on r.place = w.reply
            where w.type = 'edit_file' group by 1, 2, 3 having count(distinct r.agent) >= 2)
        group by 1""",
}


def test_conflicts(rows: list[SessionRow], database: sqlite3.Connection) -> None:
    found = figures.conflicts(rows)
    for name, query in CONFLICTS.items():
        values = f"""
            select model_dir, mode, coalesce(c, 0) as x
            from runs left join ({query}) using (run_dir) where success"""
        answers = list(database.execute(moments(values, "model_dir, mode")))
        assert len(answers) == 6
        for model, mode, mean, spread, k in answers:
            same(getattr(found[model][MODES[mode]], name), mean, math.sqrt(spread / k))


@pytest.mark.parametrize("per_round", [False, True], ids=["session", "round"])
def test_failed_tests(
    rows: list[SessionRow], database: sqlite3.Connection, per_round: bool
) -> None:
    values = f"""
        select model_dir, mode, 1.0 * (
            select count(*) from events e where e.run_dir = runs.run_dir
            and type = 'run_tests' and returncode in (1, 2, 3)
        ) / {"total_rounds" if per_round else "1"} as x
        from runs where success"""
    found = figures.failed_tests(rows, per_round=per_round)
    answers = list(database.execute(moments(values, "model_dir, mode")))
    assert len(answers) == 6
    for model, mode, mean, spread, k in answers:
        same(found[model][MODES[mode]], mean, math.sqrt(spread / k))


def test_the_counts_that_the_runs_bring_are_neither_of_ours(database: sqlite3.Connection) -> None:
    """What docs/REPORTS.md says of them."""
    counted = f"""
        select published, coalesce(m.c, 0) as more, coalesce(a.c, 0) as author
        from (select run_dir, concurrent_writes as published from runs)
        left join ({CONFLICTS["concurrent_writes"]}) m using (run_dir)
        left join ({CONFLICTS["concurrent_by_author"]}) a using (run_dir)"""
    answers = list(database.execute(counted))
    none = [more for published, more, _ in answers if not published]
    some = [answer for answer in answers if answer[0]]
    assert (len(none), sum(more > 0 for more in none)) == (910, 360)
    assert sum(published == more for published, more, _ in some) == 475
    assert all(published in (more, author) for published, more, author in some)
    assert len(some) == 475 + 28


def test_straggler_gap(rows: list[SessionRow], database: sqlite3.Connection) -> None:
    values = """
        select model_dir, mode, p_label, n_teammates, x from (
            select e.run_dir, e.round, max(e.ts - s.ts) - avg(e.ts - s.ts) as x
            from events e join events s
                on s.run_dir = e.run_dir and s.round = e.round and s.type = 'round_start'
            where e.type = 'agent_reply' and e.ts - s.ts > 0 and e.ts - s.ts < 180
            group by 1, 2 having count(*) >= 2)
        join runs using (run_dir)"""
    found = figures.straggler_gap(rows)
    answers = list(database.execute(moments(values, "model_dir, mode, p_label, n_teammates")))
    assert len(answers) == len(list(leaves(found)))
    for model, mode, label, n, mean, spread, k in answers:
        same(found[model][MODES[mode]][STRUCTURES[label]][n], mean, math.sqrt(spread / k))


def test_extra_messages_and_idle_rounds(
    rows: list[SessionRow], database: sqlite3.Connection
) -> None:
    counts = {
        "messages": """
            select run_dir, count(*) as c from events where type = 'agent_reply' group by 1""",
        "idle": """
            select run_dir, count(*) as c from (
                select run_dir, round from events where type in ('agent_reply', 'complete_task')
                group by 1, 2 having sum(type = 'agent_reply') > 0
                and sum(type = 'complete_task') = 0) group by 1""",
    }
    found = {
        "messages": figures.extra_messages(rows),
        "idle": figures.extra_idle_rounds(rows),
    }
    for name, query in counts.items():
        values = f"""
            select model_dir, mode, n_teammates, coalesce(c, 0) as x
            from runs left join ({query}) using (run_dir)"""
        differences = f"""
            with sides as ({moments(values, "model_dir, mode, n_teammates")})
            select d.model_dir, d.n_teammates, d.mean - p.mean, d.spread / d.k + p.spread / p.k
            from sides d join sides p using (model_dir, n_teammates)
            where d.mode = 'decentralized' and p.mode = 'preassign_nolead'"""
        answers = list(database.execute(differences))
        assert len(answers) == 15
        for model, n, mean, squares in answers:
            same(found[name][model][n], mean, math.sqrt(squares))


def test_cost(rows: list[SessionRow], database: sqlite3.Connection) -> None:
    query = """
        with cells as (
            select model_dir, mode, p_label, task_type, n_teammates as n,
                   avg(wall_clock_seconds) as t,
                   avg(total_input_tokens + total_output_tokens) as u
            from runs where success group by 1, 2, 3, 4, 5)
        select a.model_dir, a.mode, a.p_label, b.n, avg(a.t / b.t), avg(b.u / a.u),
               avg((a.t / b.t) / (b.u / a.u))
        from cells a join cells b using (model_dir, mode, p_label, task_type)
        where a.n = 1 group by 1, 2, 3, 4"""
    found = figures.cost(rows)
    for model, mode, label, n, speedup, multiplier, efficiency in database.execute(query):
        value = found[model][MODES[mode]][STRUCTURES[label]][n]
        assert value.speedup == pytest.approx(speedup, rel=EXACT)
        assert value.token_multiplier == pytest.approx(multiplier, rel=EXACT)
        assert value.efficiency == pytest.approx(efficiency, rel=EXACT)


def test_the_object_has_the_keys_of_the_contract(
    rows: list[SessionRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (advice, ours):  # what intervals say is not asked here
        monkeypatch.setattr(module, "RESAMPLES", 20)
    monkeypatch.setattr(laws.fit, "__defaults__", (20,))
    report = json.loads(document.to_json(document.build(rows)))
    models = {"anthropic_claude-sonnet-4-6", "google_gemini-3-flash-preview", "openai_gpt-5.2"}
    modes, structures = {"decentralized", "preassigned"}, {"p0.9", "p0.5", "p0.2"}
    sizes = {"1", "2", "3", "4", "5"}
    for name, fields in (
        ("speedup", {"mean", "sem"}),
        ("cost", {"speedup", "token_multiplier", "efficiency"}),
    ):
        assert set(report[name]) == models
        for model in models:
            assert set(report[name][model]) == modes
            for mode in modes:
                assert set(report[name][model][mode]) == structures
                for structure in structures:
                    assert set(report[name][model][mode][structure]) == sizes
                    assert set(report[name][model][mode][structure]["3"]) == fields
    assert set(report["straggler_gap"]["openai_gpt-5.2"]["preassigned"]["p0.2"]["5"]) == {
        "mean",
        "sem",
    }
    for model in models:
        assert set(report["extra_messages"][model]) == sizes
        assert set(report["extra_idle_rounds"][model]) == sizes
        for mode in modes:
            counts = report["conflicts"][model][mode]
            assert {"concurrent_writes", "rewrites", "claims_blocked"} <= set(counts)
            assert all(isinstance(value, float) for value in counts.values())
            assert isinstance(report["test_failures"][model][mode], float)


def test_the_pair_is_known_in_any_order_and_by_its_folder(rows: list[SessionRow]) -> None:
    assert published.load(*reversed(traces.PAIR)) == rows
    assert sources.load([traces.FOLDER]) == rows


def test_other_parquet_files_are_refused(tmp_path: Path) -> None:
    for name in ("a.parquet", "b.parquet"):
        pl.DataFrame({"x": [1]}).write_parquet(tmp_path / name)
    with pytest.raises(CrosstalkError, match="are not the published traces"):
        sources.load([tmp_path / "a.parquet", tmp_path / "b.parquet"])
    (tmp_path / "c.parquet").write_text("no parquet")
    with pytest.raises(CrosstalkError, match="Cannot read"):
        sources.load([tmp_path / "a.parquet", tmp_path / "c.parquet"])
