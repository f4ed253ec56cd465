"""Recorded sessions as rows: everything is folded anew from the history."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from agents.metrics.lost import LostWork
from agents.metrics.stragglers import PAPER_LONGEST, StragglerGaps
from agents.metrics.summary import Metrics
from agents.reports.rows import SessionRow
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.history.opening import open_recording
from workspaces.history.state import State

PAPER_FAILED = (1, 2, 3)
"""Return codes of test runs that the paper counts as failed."""


def read(path: Path) -> SessionRow:
    """The session in a folder, a history file or a packed session. Raises `HistoryError` when
    there is none."""
    return row(open_recording(path).events)


def row(events: Iterable[e.AnyEvent], repetition: int = 0) -> SessionRow:
    """The session that a history tells. Raises `CrosstalkError` when it does not begin."""
    state, metrics, lost = State(), Metrics(), LostWork()
    gaps = StragglerGaps(PAPER_LONGEST)
    failed = 0
    for event in events:
        state.apply(event)
        for fold in (metrics, lost, gaps):
            fold.observe(event, state)
        if isinstance(event, e.TestsEnded) and event.agent in state.agents:
            failed += event.returncode in PAPER_FAILED
    if state.started is None:
        raise CrosstalkError("The history holds no session", "it ends before the session began")
    summary = metrics.summary(state)
    settings = state.started.settings
    models = list(dict.fromkeys(member.model for member in state.started.members))
    kind, structure = _suite(settings.suite)
    return SessionRow(
        session=summary.session,
        model="+".join(models),
        mode=settings.team,
        kind=kind,
        structure=structure,
        parallel=metrics.shape.parallel,
        agents=summary.agents,
        repetition=repetition,
        success=summary.success,
        seconds=summary.seconds,
        rounds=metrics.paper.rounds,
        tokens_in=summary.tokens_in,
        tokens_out=summary.tokens_out,
        concurrent_writes=metrics.paper.concurrent_writes,
        concurrent_by_author=metrics.paper.concurrent_writes,
        rewrites=metrics.paper.rewrites,
        claims_blocked=metrics.paper.claims_blocked,
        failed_test_runs=failed,
        replies=metrics.paper.messages,
        idle_rounds=metrics.paper.idle_rounds,
        gaps=tuple(gaps.gaps),
        seed=settings.seed,
        control=settings.control,
        cadence=settings.cadence,
        work=metrics.shape.work,
        span=metrics.shape.span,
        ended=state.ended.reason if state.ended else "",
        cost_usd=summary.cost_usd,
        messages=summary.messages,
        idle=summary.idle.share,
        gap_s=metrics.stragglers.mean,
        findings={kind: count for kind, count in summary.findings.items() if count},
        written_bytes=lost.written,
        lost_bytes=lost.lost,
        refused_writes=lost.refused,
    )


def _suite(name: str) -> tuple[str, str]:
    """The kind and structure of a built-in suite; a task file's name and nothing."""
    if name.endswith(".json"):
        return PurePosixPath(name).stem, ""
    kind, _, structure = name.partition("/")
    return kind, structure
