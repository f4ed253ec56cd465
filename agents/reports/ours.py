"""Our own figures beside the paper's, for each organisation and team size.

Where a source cannot tell a figure it is absent: published traces know nothing of reads, messages
or what a write was based on.
"""

from collections.abc import Callable, Sequence
from statistics import fmean

from msgspec import Struct

from agents.reports.laws import mean_time
from agents.reports.rows import SessionRow, distinct, structures
from agents.reports.statistics import Interval, bootstrap, mean_interval

SEED = "ours"
RESAMPLES = 400


class Ours(Struct, frozen=True, kw_only=True):
    """Sessions of one model, organisation, structure and team size, over all suites."""

    model: str
    organisation: str
    structure: str
    agents: int
    sessions: int
    success: float
    """Share of sessions."""
    seconds: Interval | None
    """To success, failed sessions censored; `None` when none succeeded."""
    speedup_bound: float | None
    """min(agents, work / span)."""
    tokens: Interval
    concurrent_by_author: float
    idle: float | None
    gap_s: float | None
    messages: float | None
    lost_work: Interval | None
    """Bytes replaced by somebody who had not seen them, as a share of bytes written."""
    refused_writes: float | None
    findings: dict[str, float]
    """Mean count per session of each kind that occurred."""
    cost_usd: float | None


def tabulate(rows: Sequence[SessionRow]) -> list[Ours]:
    """One entry for each model, organisation, structure and team size."""
    order = structures(rows)
    keys = distinct((r.model, r.organisation, r.structure_name, r.agents) for r in rows)
    keys.sort(key=lambda key: (key[0], key[1], order.index(key[2]), key[3]))
    cells: dict[tuple[str, str, str, int], list[SessionRow]] = {key: [] for key in keys}
    for row in rows:
        cells[row.model, row.organisation, row.structure_name, row.agents].append(row)
    return [_entry(*key, cells[key]) for key in keys]


def _entry(
    model: str, organisation: str, structure: str, agents: int, rows: list[SessionRow]
) -> Ours:
    seed = f"{SEED}/{model}/{organisation}/{structure}/{agents}"
    kinds = distinct(kind for row in rows for kind in row.findings)
    work, span = max((row.work, row.span) for row in rows)
    return Ours(
        model=model,
        organisation=organisation,
        structure=structure,
        agents=agents,
        sessions=len(rows),
        success=fmean(row.success for row in rows),
        seconds=_seconds(rows, seed),
        speedup_bound=min(float(agents), work / span) if span else None,
        tokens=mean_interval([float(row.tokens) for row in rows], seed),
        concurrent_by_author=fmean(row.concurrent_by_author for row in rows),
        idle=_mean(rows, lambda row: row.idle),
        gap_s=_mean(rows, lambda row: row.gap_s),
        messages=_mean(rows, lambda row: row.messages),
        lost_work=_lost(rows, seed),
        refused_writes=_mean(rows, lambda row: row.refused_writes),
        findings={
            kind: mean
            for kind in kinds
            if (mean := fmean(row.findings.get(kind, 0) for row in rows)) > 0
        },
        cost_usd=_mean(rows, lambda row: row.cost_usd),
    )


def _mean(rows: Sequence[SessionRow], of: Callable[[SessionRow], float | None]) -> float | None:
    """The mean; absent when any session does not tell."""
    values = [of(row) for row in rows]
    known = [value for value in values if value is not None]
    return fmean(known) if known and len(known) == len(values) else None


def _seconds(rows: Sequence[SessionRow], seed: str) -> Interval | None:
    """The interval counts resamples without a success as the longest that was seen."""
    if mean_time(rows) is None:
        return None
    longest = sum(row.seconds for row in rows)
    return bootstrap(rows, lambda drawn: mean_time(drawn) or longest, seed, RESAMPLES)


def lost_share(rows: Sequence[SessionRow]) -> float:
    """Lost bytes over written bytes, of all these sessions together."""
    written = sum(row.written_bytes or 0 for row in rows)
    return sum(row.lost_bytes or 0 for row in rows) / written if written else 0.0


def _lost(rows: Sequence[SessionRow], seed: str) -> Interval | None:
    if any(row.written_bytes is None for row in rows):
        return None
    return bootstrap(rows, lost_share, seed, RESAMPLES)
