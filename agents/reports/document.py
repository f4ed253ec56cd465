"""A whole report as one object: what `crosstalk report --json` prints, and what pages show.

Keys are model, mode (kind of team), structure and number of agents, in this order, as in the
paper's figures. `errors` has the standard errors of figures that are plain numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from agents.metrics.speedup import amdahl
from agents.reports import figures, ours
from agents.reports.advice import Advice, advise
from agents.reports.comparing import Comparison
from agents.reports.laws import Laws, fit
from agents.reports.rows import SessionRow, distinct, structures
from agents.reports.statistics import Estimate

SEED = "report"
"""Of the resampling, so that a report of the same sessions is the same report."""


class Report(Struct, frozen=True, kw_only=True):
    """Everything that is shown. `laws` by model, mode and structure."""

    source: dict[str, Any]
    speedup: figures.Curves
    amdahl: dict[str, dict[int, float]]
    conflicts: dict[str, dict[str, figures.Conflicts]]
    test_failures: dict[str, dict[str, Estimate]]
    test_failures_per_round: dict[str, dict[str, Estimate]]
    straggler_gap: figures.Curves
    extra_messages: dict[str, dict[int, Estimate]]
    extra_idle_rounds: dict[str, dict[int, Estimate]]
    cost: dict[str, dict[str, dict[str, dict[int, figures.Cost]]]]
    ours: list[ours.Ours]
    laws: dict[str, dict[str, dict[str, Laws]]]
    advice: list[Advice]
    notes: list[str]


def build(rows: Sequence[SessionRow]) -> Report:
    """The report of these sessions."""
    sizes = sorted({row.agents for row in rows})
    shares = {row.structure_name: row.parallel for row in rows}
    return Report(
        source=_source(rows),
        speedup=figures.speedup(rows),
        amdahl={s: {n: amdahl(shares[s], n) for n in sizes} for s in structures(rows)},
        conflicts=figures.conflicts(rows),
        test_failures=figures.failed_tests(rows),
        test_failures_per_round=figures.failed_tests(rows, per_round=True),
        straggler_gap=figures.straggler_gap(rows),
        extra_messages=figures.extra_messages(rows),
        extra_idle_rounds=figures.extra_idle_rounds(rows),
        cost=figures.cost(rows),
        ours=ours.tabulate(rows),
        laws=_laws(rows),
        advice=advise(rows, SEED),
        notes=_notes(rows),
    )


def to_json(report: Report, comparison: Comparison | None = None) -> bytes:
    """The contract's object: plain numbers where the paper's figures are plain numbers."""
    plain = msgspec.to_builtins(report, str_keys=True)
    if comparison:
        plain["comparison"] = comparison.to_dict()
    plain["errors"] = {}
    for name in ("conflicts", "test_failures", "test_failures_per_round"):
        plain["errors"][name] = _pick(getattr(report, name), "sem")
        plain[name] = _pick(getattr(report, name), "mean")
    for name in ("extra_messages", "extra_idle_rounds"):
        plain["errors"][name] = _pick(getattr(report, name), "sem")
        plain[name] = _pick(getattr(report, name), "mean")
    return msgspec.json.format(msgspec.json.encode(_rekeyed(plain)), indent=2)


def _pick(value: Any, field: str) -> Any:
    """The same nesting with one field of every estimate in its place."""
    if isinstance(value, Estimate):
        return getattr(value, field)
    if isinstance(value, Struct):
        return {key: _pick(getattr(value, key), field) for key in value.__struct_fields__}
    return {key: _pick(item, field) for key, item in value.items()}


def _rekeyed(value: Any) -> Any:
    """JSON has text as keys."""
    if isinstance(value, Mapping):
        return {str(key): _rekeyed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rekeyed(item) for item in value]
    return value


def _source(rows: Sequence[SessionRow]) -> dict[str, Any]:
    return {
        "sessions": len(rows),
        "succeeded": sum(row.success for row in rows),
        "published": all(row.published for row in rows),
        "models": distinct(row.model for row in rows),
        "modes": distinct(row.mode for row in rows),
        "suites": distinct(f"{row.kind}/{row.structure_name}" for row in rows),
        "agents": sorted({row.agents for row in rows}),
        "controls": distinct(row.control for row in rows),
    }


def _laws(rows: Sequence[SessionRow]) -> dict[str, dict[str, dict[str, Laws]]]:
    found: dict[str, dict[str, dict[str, Laws]]] = {}
    for condition in figures.conditions(rows):
        laws = fit(figures.matching(rows, condition), f"{SEED}/{condition}")
        if laws:
            modes = found.setdefault(condition.model, {})
            modes.setdefault(condition.mode, {})[condition.structure] = laws
    return found


def _notes(rows: Sequence[SessionRow]) -> list[str]:
    """What a reader must know before using the figures."""
    notes = []
    cells: dict[tuple[str, ...], list[SessionRow]] = {}
    for row in rows:
        key = (row.model, row.organisation, f"{row.kind}/{row.structure_name}", str(row.agents))
        cells.setdefault(key, []).append(row)
    single = [key for key, own in cells.items() if sum(row.success for row in own) == 1]
    never = [key for key, own in cells.items() if not any(row.success for row in own)]
    if single:
        notes.append(
            f"{len(single)} of {len(cells)} conditions have one successful session: their spread "
            f"is unknown and counts as 0 in the paper's errors."
        )
    if never:
        notes.append(
            f"{len(never)} of {len(cells)} conditions have no successful session and are left "
            f"out of the paper's figures: {', '.join(' '.join(key) for key in never[:6])}"
            f"{' and others' if len(never) > 6 else ''}."
        )
    if len({row.control for row in rows}) > 1:
        notes.append(
            "Controls differ between these sessions and the paper's figures know no control: "
            "give --control to look at one, or see the table of organisations."
        )
    if not any(row.agents == 1 for row in rows):
        notes.append("No sessions of one agent: there is nothing to measure a speedup by.")
    if any(row.published for row in rows):
        notes.append(
            "Published writes name no author. The paper's definition of a concurrent write, a "
            "(round, path) that two or more agents wrote, is concurrent_by_author here: a write "
            "belongs to the reply before it. concurrent_writes counts every (round, path) written "
            "more than once, as most counts in runs.parquet do, and is larger where a reply writes "
            "a file twice."
        )
    return notes
