"""What to do with the figures: how many agents, and which organisation, for one task graph.

Advice is only as good as the sessions it rests on, so each piece carries its evidence, and where
sessions do not tell two choices apart it says so and takes the smaller team.
"""

from collections.abc import Sequence
from math import ceil
from random import Random
from statistics import fmean

from msgspec import Struct

from agents.reports.laws import mean_time
from agents.reports.rows import SessionRow, distinct, structures
from agents.reports.statistics import Interval, percentile_interval

RESAMPLES = 400
NEAR = 1.05
"""A choice within this factor of the fastest is as good."""


class Option(Struct, frozen=True):
    """An organisation and a team size with what it took: seconds to success (failed sessions
    censored) and tokens per success."""

    organisation: str
    agents: int
    sessions: int
    successes: int
    seconds: Interval
    tokens: float
    fastest: float
    """Share of resamples in which no other option was faster."""


class Advice(Struct, frozen=True):
    """For one model and structure: what to choose, in words, and why."""

    model: str
    structure: str
    advice: str
    evidence: tuple[str, ...]
    options: tuple[Option, ...]


def advise(rows: Sequence[SessionRow], seed: str) -> list[Advice]:
    """Advice for every model and structure with two or more options that ever succeeded."""
    found = []
    for model in distinct(row.model for row in rows):
        for structure in structures([row for row in rows if row.model == model]):
            own = [r for r in rows if (r.model, r.structure_name) == (model, structure)]
            options = _options(own, f"{seed}/{model}/{structure}")
            if len(options) > 1:
                found.append(_advice(model, structure, own, options))
    return found


def _cells(rows: Sequence[SessionRow]) -> dict[tuple[str, int], dict[str, list[SessionRow]]]:
    """Sessions by option and suite; only options that every suite was tried with are compared."""
    kinds = set(distinct(row.kind for row in rows))
    cells: dict[tuple[str, int], dict[str, list[SessionRow]]] = {}
    for row in rows:
        cells.setdefault((row.organisation, row.agents), {}).setdefault(row.kind, []).append(row)
    return {option: suites for option, suites in cells.items() if set(suites) == kinds}


def _options(rows: Sequence[SessionRow], seed: str) -> list[Option]:
    dice = Random(seed)
    cells = _cells(rows)
    measured = {option: _seconds(list(suites.values())) for option, suites in cells.items()}
    kept = {option: value for option, value in measured.items() if value is not None}
    draws: dict[tuple[str, int], list[float]] = {option: [] for option in kept}
    wins = dict.fromkeys(kept, 0)
    for _ in range(RESAMPLES):
        times: dict[tuple[str, int], float] = {}
        for option in kept:
            drawn = [dice.choices(suite, k=len(suite)) for suite in cells[option].values()]
            seconds = _seconds(drawn)
            if seconds is not None:
                times[option] = seconds
                draws[option].append(seconds)
        if times:
            wins[min(times, key=times.__getitem__)] += 1
    return sorted(
        (
            _option(option, cells[option], value, draws[option], wins[option] / RESAMPLES)
            for option, value in kept.items()
        ),
        key=lambda option: option.seconds.value,
    )


def _seconds(suites: Sequence[Sequence[SessionRow]]) -> float | None:
    """The mean over suites of the mean time; `None` when one never succeeded."""
    times = [mean_time(suite) for suite in suites]
    known = [time for time in times if time is not None]
    return fmean(known) if known and len(known) == len(times) else None


def _option(
    option: tuple[str, int],
    suites: dict[str, list[SessionRow]],
    seconds: float,
    draws: Sequence[float],
    fastest: float,
) -> Option:
    rows = [row for suite in suites.values() for row in suite]
    successes = sum(row.success for row in rows)
    return Option(
        organisation=option[0],
        agents=option[1],
        sessions=len(rows),
        successes=successes,
        seconds=percentile_interval(seconds, draws or [seconds]),
        tokens=sum(row.tokens for row in rows) / successes,
        fastest=fastest,
    )


def _advice(
    model: str, structure: str, rows: Sequence[SessionRow], options: list[Option]
) -> Advice:
    best = options[0]
    as_good = [
        option
        for option in options
        if option.seconds.low <= best.seconds.high and option.seconds.value <= NEAR * _top(best)
    ]
    choice = min(as_good, key=lambda option: (option.agents, option.tokens))
    cheapest = min(options, key=lambda option: option.tokens)
    work, span = max((row.work, row.span) for row in rows)
    text = f"{_named(choice)}"
    if choice is not best:
        text += f": as fast as {_named(best)} as far as these sessions tell, with fewer agents"
    evidence = [_told(choice)]
    if choice is not best:
        evidence.append(f"the fastest mean: {_told(best)}")
    runner = next((o for o in options if o.organisation != choice.organisation), None)
    if runner:
        evidence.append(f"the best of another organisation: {_told(runner)}")
    if cheapest not in (choice, best):
        evidence.append(f"the cheapest: {_told(cheapest)}")
    if span:
        evidence.append(
            f"the graph has {work} tasks and a longest chain of {span}: no team is more than "
            f"{work / span:.2g} times as fast as one agent, so more than {ceil(work / span)} "
            f"agents that work on tasks cannot help"
        )
    own = [row for row in rows if row.organisation == choice.organisation]
    alone = [row.seconds / row.work for row in own if row.agents == 1 and row.success]
    if alone:
        evidence.append(f"one agent alone takes {fmean(alone):.1f} s a task with these latencies")
    gaps = [gap for row in own if row.agents == choice.agents for gap in row.gaps]
    if gaps:
        evidence.append(
            f"its rounds wait {fmean(gaps):.1f} s for the slowest reply beyond the mean one"
        )
    return Advice(model, structure, text, tuple(evidence), tuple(options))


def _top(best: Option) -> float:
    return max(best.seconds.value, best.seconds.high)


def _named(option: Option) -> str:
    return f"{option.organisation} with {option.agents} agent{'s' * (option.agents != 1)}"


def _told(option: Option) -> str:
    seconds = option.seconds
    return (
        f"{_named(option)}: {seconds.value:.0f} s to success "
        f"({seconds.low:.0f} to {seconds.high:.0f}), "
        f"{option.tokens:,.0f} tokens, {option.successes} of {option.sessions} sessions "
        f"succeeded, fastest in {option.fastest:.0%} of resamples"
    )
