"""What a session is compared by, and how it is counted in a simulated one.

The definitions are the paper's, in words of our own: see each field.
"""

from dataclasses import dataclass, fields
from statistics import fmean

from agents.models.fitting.harness import Played
from workspaces.history import events as e


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one session."""

    success: float
    """1 or 0. In the traces: all tasks reported done; here the tests pass too."""
    seconds: float
    rounds: float
    replies: float
    writes: float
    concurrent_writes: float
    """Pairs of a round and a path that two or more agents wrote."""
    rewrites: float
    """Writes in a later round than the first one of their path."""
    claims_blocked: float
    """Claims refused because something the task needs was not done."""
    test_runs: float
    failed_tests: float
    """Test runs that did not pass."""
    tokens_out: float
    straggler_gap: float | None
    """Seconds, mean over rounds with two or more replies: the slowest minus the mean."""


METRICS = tuple(field.name for field in fields(Counts))


def counts(played: Played) -> Counts:
    """The counts of a simulated session."""
    number = 0
    writers: dict[tuple[int, str], set[str]] = {}
    first: dict[str, int] = {}
    rewrites = writes = blocked = tests = failed = tokens = replies = 0
    times: dict[int, list[float]] = {}
    for event in played.events:
        if isinstance(event, e.RoundStarted):
            number = event.round
        elif isinstance(event, e.FileWritten):
            writes += 1
            writers.setdefault((number, event.path), set()).add(event.agent)
            rewrites += number > first.setdefault(event.path, number)
        elif isinstance(event, e.ActionRefused):
            blocked += event.action == "claim_task" and event.code == "blocked"
        elif isinstance(event, e.TestsEnded):
            tests += 1
            failed += event.returncode != 0
        elif isinstance(event, e.ReplyEnded):
            replies += 1
            tokens += event.tokens_out
            times.setdefault(number, []).append(event.seconds)
    gaps = [max(group) - fmean(group) for group in times.values() if len(group) > 1]
    return Counts(
        success=float(played.success),
        seconds=played.seconds,
        rounds=played.rounds,
        replies=replies,
        writes=writes,
        concurrent_writes=sum(len(agents) > 1 for agents in writers.values()),
        rewrites=rewrites,
        claims_blocked=blocked,
        test_runs=tests,
        failed_tests=failed,
        tokens_out=tokens,
        straggler_gap=fmean(gaps) if gaps else None,
    )
