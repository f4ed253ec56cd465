"""The paper's published traces as rows: the pair of parquet files `runs` and `events`.

Everything but the runs' identity, outcome, time, rounds and tokens is counted from the events:
the runs' own `concurrent_writes` and `claims_blocked` are 0 for many sessions whose events hold
some. Writes name no author. A write belongs to the reply before it, by which
`concurrent_by_author` is counted; the paper's own rule counts (round, path) pairs written more
than once, which a reply that writes a file twice meets as well.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from agents.reports.rows import SessionRow
from workspaces.errors import CrosstalkError
from workspaces.history.tables import polars

MODES = {"preassign_nolead": "preassigned"}
KINDS = {"mathutilities20": "math", "dataanalysis": "data", "svgutils": "svg"}
STRUCTURES = {"p09": "p0.9", "p05": "p0.5", "p02": "p0.2"}
LONGEST_S = 180.0
"""Replies that took this long or longer are left out of straggler gaps."""
FAILED = (1.0, 2.0, 3.0)
_RUNS = (
    "run_dir", "model_dir", "mode", "task_type", "p_label", "p_true", "n_teammates", "rep",
    "success", "wall_clock_seconds", "total_rounds", "total_input_tokens", "total_output_tokens",
)  # fmt: skip
_EVENTS = ("type", "ts", "run_dir", "round", "agent", "path", "returncode")


class NotTraces(CrosstalkError):
    """A pair of parquet files that are not the published traces."""


def is_pair(paths: Iterable[Path]) -> bool:
    """Whether these are two parquet files."""
    paths = list(paths)
    return len(paths) == 2 and all(path.suffix == ".parquet" for path in paths)


def load(first: Path, second: Path) -> list[SessionRow]:
    """The sessions of the pair, in whichever order the two are given.

    Raises `NotTraces` when they lack the columns, `CrosstalkError` without the extra `analysis`.
    """
    pl = polars()
    frames = [_read(pl, path) for path in (first, second)]
    runs, events = sorted(frames, key=lambda frame: "wall_clock_seconds" not in frame.columns)
    for frame, columns, name in ((runs, _RUNS, "runs"), (events, _EVENTS, "events")):
        missing = [column for column in columns if column not in frame.columns]
        if missing:
            raise NotTraces(
                f"{first} and {second} are not the published traces",
                f"the {name} have no column {', '.join(missing)}",
                "Give runs.parquet and events.parquet of the paper's repository, or the folder "
                "of a sweep.",
            )
    counts = _counts(pl, events)
    gaps = _gaps(pl, events)
    return [
        _row(run, counts.get(run["run_dir"], {}), gaps.get(run["run_dir"], ()))
        for run in runs.select(_RUNS).iter_rows(named=True)
    ]


def _read(pl: Any, path: Path) -> Any:
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise NotTraces(
            f"Cannot read {path}",
            str(error).partition("\n")[0][:200],
            "Give a parquet file: the paper's runs.parquet and events.parquet, or a sweep's.",
        ) from error


def _row(run: dict[str, Any], counts: dict[str, int], gaps: tuple[float, ...]) -> SessionRow:
    parallel = run["p_true"]
    counted: dict[str, Any] = {name: counts.get(name, 0) for name in _COUNTED}
    return SessionRow(
        session=run["run_dir"],
        model=run["model_dir"],
        mode=MODES.get(run["mode"], run["mode"]),
        kind=KINDS.get(run["task_type"], run["task_type"]),
        structure=STRUCTURES.get(run["p_label"], run["p_label"]),
        parallel=parallel,
        agents=run["n_teammates"],
        repetition=run["rep"],
        success=run["success"],
        seconds=run["wall_clock_seconds"],
        rounds=run["total_rounds"],
        tokens_in=run["total_input_tokens"],
        tokens_out=run["total_output_tokens"],
        gaps=gaps,
        published=True,
        control="none",
        cadence="rounds",
        span=round(20 * (1 - parallel)),
        **counted,
    )


_COUNTED = (
    "concurrent_writes",
    "concurrent_by_author",
    "rewrites",
    "claims_blocked",
    "failed_test_runs",
    "replies",
    "idle_rounds",
)


def _counts(pl: Any, events: Any) -> dict[str, dict[str, int]]:
    """What is counted in each session, by its name."""
    kind = pl.col("type")
    plain = events.group_by("run_dir").agg(
        (kind == "claim_blocked").sum().alias("claims_blocked"),
        (kind == "agent_reply").sum().alias("replies"),
        ((kind == "run_tests") & pl.col("returncode").is_in(FAILED))
        .sum()
        .alias("failed_test_runs"),
    )
    authors = events.with_columns(
        pl.when(kind == "agent_reply")
        .then(pl.col("agent"))
        .forward_fill()
        .over("run_dir")
        .alias("author")
    )
    writes = authors.filter(kind == "edit_file").with_columns(
        pl.col("round").min().over("run_dir", "path").alias("first")
    )
    rewritten = writes.group_by("run_dir").agg(
        (pl.col("round") > pl.col("first")).sum().alias("rewrites")
    )
    together = (
        writes.group_by("run_dir", "round", "path")
        .agg(pl.len().alias("writes"), pl.col("author").n_unique().alias("authors"))
        .group_by("run_dir")
        .agg(
            (pl.col("writes") > 1).sum().alias("concurrent_writes"),
            (pl.col("authors") > 1).sum().alias("concurrent_by_author"),
        )
    )
    idle = (
        events.filter(kind.is_in(["agent_reply", "complete_task"]))
        .group_by("run_dir", "round")
        .agg((kind == "agent_reply").any().alias("replied"), (kind == "complete_task").any())
        .group_by("run_dir")
        .agg((pl.col("replied") & ~pl.col("type")).sum().alias("idle_rounds"))
    )
    joined = plain
    for part in (rewritten, together, idle):
        joined = joined.join(part, on="run_dir", how="left")
    rows = joined.fill_null(0).iter_rows(named=True)
    return {row.pop("run_dir"): row for row in rows}


def _gaps(pl: Any, events: Any) -> dict[str, tuple[float, ...]]:
    """The straggler gaps of each session's rounds, in their order."""
    starts = (
        events.filter(pl.col("type") == "round_start")
        .group_by("run_dir", "round")
        .agg(pl.col("ts").min().alias("began"))
    )
    latency = pl.col("ts") - pl.col("began")
    rounds = (
        events.filter(pl.col("type") == "agent_reply")
        .join(starts, on=["run_dir", "round"])
        .filter((latency > 0) & (latency < LONGEST_S))
        .group_by("run_dir", "round")
        .agg(pl.len().alias("replies"), (latency.max() - latency.mean()).alias("gap"))
        .filter(pl.col("replies") > 1)
        .sort("run_dir", "round")
        .group_by("run_dir", maintain_order=True)
        .agg(pl.col("gap"))
    )
    return {row["run_dir"]: tuple(row["gap"]) for row in rounds.iter_rows(named=True)}
