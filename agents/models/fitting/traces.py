"""The published traces as sessions and replies, for the fit; reports read them on their own.

Events of a session stand in the order in which they were applied, one reply's after another, so
that a write belongs to the reply before it although it names no author.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import fmean

import polars as pl

from agents.models.fitting.measuring import Counts
from workspaces.errors import CrosstalkError

FILES = ("runs.parquet", "events.parquet")
TEAMS = {"decentralized": "decentralized", "preassign_nolead": "preassigned"}
KINDS = {"mathutilities20": "math", "dataanalysis": "data", "svgutils": "svg"}
LABELS = {"p09": "p0.9", "p05": "p0.5", "p02": "p0.2"}
LONGEST_S = 180.0
"""Replies that took longer are left out, as in the paper's figures."""

_COUNTED = {
    "agent_reply": "replies",
    "edit_file": "writes",
    "claim_task": "claims",
    "claim_blocked": "blocked",
    "complete_task": "completions",
    "run_tests": "tests",
}


class TracesMissing(CrosstalkError):
    """The folder does not hold the published traces."""


@dataclass(frozen=True, slots=True)
class Session:
    """A traced session: what it was, and the counts that a simulated one is compared by."""

    run: str
    model: str
    team: str
    suite: str
    agents: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Reply:
    """A traced reply with the actions that followed from it."""

    run: str
    model: str
    team: str
    suite: str
    agents: int
    round: int
    seconds: float | None
    """Since the round's start; `None` when not in (0, 180)."""
    writes: int
    claims: int
    blocked: int
    completions: int
    tests: int


@dataclass(frozen=True, slots=True)
class Traces:
    """All of the traces."""

    sessions: tuple[Session, ...]
    replies: tuple[Reply, ...]
    digests: tuple[str, str]
    """SHA-256 of the runs' file and of the events'."""
    newest: str
    """The date of the newest event, ISO 8601."""

    def chosen(self, model: str, team: str = "", kind: str = "") -> list[Session]:
        """Sessions of a model, and of a team and kind of suite if given."""
        return [s for s in self.sessions if _matches(s, model, team, kind)]

    def replies_of(self, model: str, team: str = "", kind: str = "") -> list[Reply]:
        """The replies of those sessions."""
        return [r for r in self.replies if _matches(r, model, team, kind)]


def _matches(item: Session | Reply, model: str, team: str, kind: str) -> bool:
    return (
        item.model == model
        and (not team or item.team == team)
        and (not kind or item.suite.startswith(f"{kind}/"))
    )


def load(folder: Path) -> Traces:
    """The traces in `folder`. Raises `TracesMissing` when its two files are not there."""
    paths = [folder / name for name in FILES]
    for path in paths:
        if not path.is_file():
            raise TracesMissing(
                f"{path} is not there",
                "the fit needs the published traces of the paper",
                f"Name the folder that holds {' and '.join(FILES)} with --data.",
            )
    runs = pl.read_parquet(paths[0])
    events = pl.read_parquet(paths[1])
    newest = events["ts"].max()
    assert isinstance(newest, float)
    replies = _replies(runs, events)
    return Traces(
        sessions=tuple(_sessions(runs, events, replies)),
        replies=tuple(replies),
        digests=(_digest(paths[0]), _digest(paths[1])),
        newest=datetime.fromtimestamp(newest, UTC).date().isoformat(),
    )


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _replies(runs: pl.DataFrame, events: pl.DataFrame) -> list[Reply]:
    starts = (
        events.filter(pl.col("type") == "round_start")
        .group_by("run_dir", "round")
        .agg(pl.col("ts").min().alias("began"))
    )
    numbered = events.with_row_index("place").with_columns(
        (pl.col("type") == "agent_reply").cum_sum().over("run_dir").alias("reply")
    )
    counts = [(pl.col("type") == kind).sum().alias(name) for kind, name in _COUNTED.items()]
    grouped = (
        numbered.filter((pl.col("reply") > 0) & pl.col("type").is_in(list(_COUNTED)))
        .group_by("run_dir", "reply")
        .agg(
            pl.col("place").min(),
            pl.col("round").first(),
            pl.col("ts").first(),
            *counts,
        )
        .join(starts, on=["run_dir", "round"], how="left")
        .with_columns((pl.col("ts") - pl.col("began")).alias("seconds"))
        .join(
            runs.select("run_dir", "model_dir", "mode", "task_type", "p_label", "n_teammates"),
            on="run_dir",
        )
        .sort("place")
    )
    return [
        Reply(
            run=row["run_dir"],
            model=row["model_dir"],
            team=TEAMS[row["mode"]],
            suite=f"{KINDS[row['task_type']]}/{LABELS[row['p_label']]}",
            agents=row["n_teammates"],
            round=int(row["round"]),
            seconds=row["seconds"] if row["seconds"] and 0 < row["seconds"] < LONGEST_S else None,
            writes=row["writes"],
            claims=row["claims"],
            blocked=row["blocked"],
            completions=row["completions"],
            tests=row["tests"],
        )
        for row in grouped.iter_rows(named=True)
    ]


def _sessions(runs: pl.DataFrame, events: pl.DataFrame, replies: list[Reply]) -> Iterator[Session]:
    rewrites = _rewrites(events)
    concurrent = _concurrent(events)
    failed = dict(
        events.filter((pl.col("type") == "run_tests") & pl.col("returncode").is_in([1.0, 2.0, 3.0]))
        .group_by("run_dir")
        .len()
        .iter_rows()
    )
    of_run: dict[str, list[Reply]] = {}
    for reply in replies:
        of_run.setdefault(reply.run, []).append(reply)
    for row in runs.sort("run_dir").iter_rows(named=True):
        own = of_run.get(row["run_dir"], [])
        yield Session(
            run=row["run_dir"],
            model=row["model_dir"],
            team=TEAMS[row["mode"]],
            suite=f"{KINDS[row['task_type']]}/{LABELS[row['p_label']]}",
            agents=row["n_teammates"],
            counts=Counts(
                success=float(row["success"]),
                seconds=row["wall_clock_seconds"],
                rounds=row["total_rounds"],
                replies=len(own),
                writes=sum(reply.writes for reply in own),
                concurrent_writes=concurrent.get(row["run_dir"], 0),
                rewrites=rewrites.get(row["run_dir"], 0),
                claims_blocked=row["claims_blocked"],
                test_runs=sum(reply.tests for reply in own),
                failed_tests=failed.get(row["run_dir"], 0),
                tokens_out=row["total_output_tokens"],
                straggler_gap=_gap(own),
            ),
        )


def _gap(replies: list[Reply]) -> float | None:
    """The mean over rounds with two or more replies of the slowest reply minus the mean."""
    rounds: dict[int, list[float]] = {}
    for reply in replies:
        if reply.seconds is not None:
            rounds.setdefault(reply.round, []).append(reply.seconds)
    gaps = [max(times) - fmean(times) for times in rounds.values() if len(times) > 1]
    return fmean(gaps) if gaps else None


def _concurrent(events: pl.DataFrame) -> dict[str, int]:
    """Pairs of a round and a path that two or more agents wrote. Counted anew, because the runs'
    own column is 0 in many decentralized sessions whose events hold such writes."""
    authors = events.with_columns(
        pl.when(pl.col("type") == "agent_reply")
        .then(pl.col("agent"))
        .forward_fill()
        .over("run_dir")
        .alias("author")
    )
    pairs = (
        authors.filter(pl.col("type") == "edit_file")
        .group_by("run_dir", "round", "path")
        .agg(pl.col("author").n_unique().alias("authors"))
        .filter(pl.col("authors") > 1)
    )
    return dict(pairs.group_by("run_dir").len().iter_rows())


def _rewrites(events: pl.DataFrame) -> dict[str, int]:
    """Writes in a round later than the first round in which their path was written."""
    writes = events.filter(pl.col("type") == "edit_file").select("run_dir", "round", "path")
    first = writes.group_by("run_dir", "path").agg(pl.col("round").min().alias("first"))
    again = (
        writes.join(first, on=["run_dir", "path"])
        .filter(pl.col("round") > pl.col("first"))
        .group_by("run_dir")
        .len()
    )
    return dict(again.iter_rows())
