"""Stage 1: what can be read off the traces without simulating anything.

Latency and sizes by weighted least squares over sessions, and shares of replies that did a thing.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from statistics import fmean, median

from msgspec import Struct

from agents.models.fitting.traces import Reply, Traces
from agents.models.simulated.profile import Latency, Sizes
from agents.models.simulated.wording import render
from agents.protocol.actions import WriteFile
from agents.suites import catalog

KIND = "math"
"""Behaviour and sizes are fitted to the suites that can be simulated."""
TASKS = 20
SWEPT = 0.7
"""A first reply that writes at least this share of all tasks' files is a sweep."""
READY = {"p0.9": 19, "p0.5": 11, "p0.2": 5}
"""Tasks without dependencies: a first reply with more writes went ahead of them."""
CHARS_PER_TOKEN = 3.6
"""Assumed for English and code mixed; the traces hold counts of tokens and no text."""
PROSE_SHARE = 0.5
"""Assumed: words per token of what a reply holds besides files."""
MAD_TO_SIGMA = 1.4826


class Shares(Struct, frozen=True, kw_only=True):
    """Shares of replies, and means over them, of a model in one kind of team."""

    replies: int
    test_after: float
    test_idle: float
    sweep_first: float
    ahead_first: float
    batch_first: float
    eager: float
    finish: float


def latency(traces: Traces, model: str) -> Latency:
    """Of replies of agents who work alone: nobody else's test run delayed the note of theirs."""
    seconds: dict[str, list[float | None]] = {}
    alone = [r for r in traces.replies_of(model) if r.agents == 1]
    for reply in alone:
        seconds.setdefault(reply.run, []).append(reply.seconds)
    points: list[tuple[float, float, int]] = []
    for session in traces.chosen(model):
        times = [s for s in seconds.get(session.run, []) if s is not None]
        if times and len(times) == session.counts.replies:
            points.append((session.counts.tokens_out / len(times), fmean(times), len(times)))
    first, each = least_squares(
        [(1.0, x) for x, _, _ in points],
        [y for _, y, _ in points],
        [k / y**2 for _, y, k in points],
    )
    single = [math.log(y / (first + each * x)) for x, y, k in points if k == 1]
    brief = [math.log(r.seconds) for r in alone if r.seconds and not r.writes]
    centre = median(brief)
    return Latency(
        first_s=_rounded(first),
        first_sigma=_rounded(MAD_TO_SIGMA * median(abs(value - centre) for value in brief)),
        seconds_per_token=_rounded(each),
        rate_sigma=_rounded(math.sqrt(fmean([value**2 for value in single]))),
    )


def sizes(traces: Traces, model: str) -> Sizes:
    """Tokens per reply, and per token of a file written, from the sessions' sums. A written file
    of a suite is taken to be as long as the suite's reference solutions are in the mean."""
    sessions = traces.chosen(model, kind=KIND)
    rows = [(s.counts.replies, s.counts.writes * file_tokens(s.suite)) for s in sessions]
    tokens = [s.counts.tokens_out for s in sessions]
    reply, write = least_squares(rows, tokens, [1 / t for t in tokens])
    residuals = [
        math.log(t / (reply * row[0] + write * row[1])) for row, t in zip(rows, tokens, strict=True)
    ]
    return Sizes(
        reply_tokens=_rounded(max(0.0, reply)),
        per_file_token=_rounded(max(0.0, write)),
        sigma=_rounded(math.sqrt(fmean([value**2 for value in residuals]))),
        prose_words=_rounded(PROSE_SHARE * max(0.0, reply)),
        chars_per_token=CHARS_PER_TOKEN,
    )


@cache
def file_tokens(suite: str) -> float:
    """The mean length in tokens of writing one of the suite's files, with its tag."""
    solutions = catalog.load(suite).solutions
    return fmean(
        len(render(WriteFile(path, text))) / CHARS_PER_TOKEN for path, text in solutions.items()
    )


def shares(traces: Traces, model: str, team: str) -> Shares:
    """What share of replies did a thing. A sweep can be told from first replies only where an
    agent sees all tasks: in decentralized teams, and alone."""
    replies = traces.replies_of(model, team, KIND)
    first = [r for r in replies if r.round == 1 and (team == "decentralized" or r.agents == 1)]
    sweeps = [r for r in first if r.writes >= SWEPT * TASKS]
    chained = [r for r in sweeps if READY[r.suite.partition("/")[2]] < SWEPT * TASKS]
    small = [r.writes for r in first if 0 < r.writes < SWEPT * TASKS]
    claiming = [r for r in first if r.claims]
    return Shares(
        replies=len(replies),
        test_after=_share([r for r in replies if r.writes], lambda r: r.tests > 0),
        test_idle=_share([r for r in replies if not r.writes], lambda r: r.tests > 0),
        sweep_first=_share(first, lambda r: r in sweeps),
        ahead_first=_share(
            chained or sweeps, lambda r: r.writes > READY[r.suite.partition("/")[2]]
        ),
        batch_first=_rounded(fmean(small) if small else 1.0),
        eager=_share(claiming, lambda r: r.writes > 0),
        finish=_share([r for r in claiming if r.writes], lambda r: r.completions >= r.claims),
    )


def _share(replies: Sequence[Reply], did: Callable[[Reply], bool]) -> float:
    return _rounded(fmean([float(did(reply)) for reply in replies]) if replies else 0.0)


def least_squares(
    rows: Sequence[tuple[float, float]], values: Sequence[float], weights: Sequence[float]
) -> tuple[float, float]:
    """The two coefficients with the least weighted sum of squared residuals (normal equations).

    Raises `ZeroDivisionError` when the rows do not tell the two apart.
    """
    xx = xy = yy = xv = yv = 0.0
    for (x, y), value, weight in zip(rows, values, weights, strict=True):
        xx += weight * x * x
        xy += weight * x * y
        yy += weight * y * y
        xv += weight * x * value
        yv += weight * y * value
    determinant = xx * yy - xy * xy
    return (xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant


def _rounded(value: float) -> float:
    """Five significant digits: what is stored is what was used."""
    return float(f"{value:.5g}")
