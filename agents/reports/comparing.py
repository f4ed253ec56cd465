"""Simulated figures beside published ones, for the same conditions: where they differ, how much.

Both sides are figures of the paper by the same code. Every condition that both have is listed, the
greatest difference first, and none is left out for being unflattering. The simulated profiles were
fitted to sessions on the math suites (docs/SIMULATION.md), so the data and SVG suites show how far
the fit carries.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any, TypeAlias

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from agents.models.simulated.profile import load_all
from agents.reports import figures
from agents.reports.rows import SessionRow
from agents.reports.statistics import Estimate, estimate

FAR = 3.0
"""Standard errors beyond which a difference is no chance."""


class Entry(Struct, frozen=True):
    """One figure of one condition. `agents` and `structure` are empty where it has none."""

    figure: str
    model: str
    mode: str
    structure: str
    agents: str
    published: Estimate
    simulated: Estimate

    @property
    def difference(self) -> float:
        """Simulated minus published."""
        return self.simulated.mean - self.published.mean

    @property
    def factor(self) -> float | None:
        """Simulated over published; `None` where published is 0."""
        return self.simulated.mean / self.published.mean if self.published.mean else None

    @property
    def apart(self) -> float | None:
        """The difference in standard errors of it; `None` without an error."""
        error = math.hypot(self.simulated.sem, self.published.sem)
        return self.difference / error if error else None


class Comparison(Struct, frozen=True):
    """All entries, and what they come to in words."""

    summary: tuple[str, ...]
    entries: tuple[Entry, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the differences."""
        plain = [
            {
                **to_builtins(entry),
                "difference": entry.difference,
                "factor": entry.factor,
                "standard_errors": entry.apart,
            }
            for entry in self.entries
        ]
        return {"summary": list(self.summary), "entries": plain}


def traced_names() -> dict[str, str]:
    """The published name of each simulated model."""
    return {name: profile.traced for name, profile in load_all().items()}


def compare(published: Sequence[SessionRow], simulated: Sequence[SessionRow]) -> Comparison:
    """The figures of both sides where both have them. Simulated sessions under a control are left
    out: the published ones had none."""
    names = traced_names()
    plain = [
        _renamed(row, names[row.model])
        for row in simulated
        if row.model in names and row.control in ("", "none")
    ]
    entries = []
    for figure, theirs in _figures(published).items():
        own = _figures(plain)[figure]
        for key in theirs.keys() & own.keys():
            entries.append(Entry(figure, *key, theirs[key], own[key]))
    entries.sort(key=lambda e: (-abs(e.apart or 0.0), e.figure, e.model, e.mode, e.agents))
    return Comparison(tuple(_summary(entries)), tuple(entries))


def _renamed(row: SessionRow, name: str) -> SessionRow:
    return replace(row, model=name)


Key: TypeAlias = tuple[str, str, str, str]
"""Model, mode, structure, agents."""


def _figures(rows: Sequence[SessionRow]) -> dict[str, dict[Key, Estimate]]:
    """Every figure as one flat map."""
    by_suite: dict[Key, Estimate] = {}
    for condition in figures.conditions(rows):
        for kind in sorted({row.kind for row in rows}):
            own = [row for row in figures.matching(rows, condition) if row.kind == kind]
            if own:
                suite = f"{kind}/{condition.structure}"
                key = (condition.model, condition.mode, suite, "")
                by_suite[key] = estimate([float(row.success) for row in own])
    return {
        "success": by_suite,
        "speedup": dict(_flat(figures.speedup(rows))),
        "straggler gap": dict(_flat(figures.straggler_gap(rows))),
        "token multiplier": dict(_costs(rows, "token_multiplier")),
        "efficiency": dict(_costs(rows, "efficiency")),
        "failed test runs": _two(figures.failed_tests(rows)),
        "failed test runs per round": _two(figures.failed_tests(rows, per_round=True)),
        "extra messages": _sized(figures.extra_messages(rows)),
        "extra idle rounds": _sized(figures.extra_idle_rounds(rows)),
        **{
            field.replace("_", " "): _two(
                {
                    model: {mode: getattr(found, field) for mode, found in by_mode.items()}
                    for model, by_mode in figures.conflicts(rows).items()
                }
            )
            for field in figures.Conflicts.__struct_fields__
        },
    }


def _flat(curves: figures.Curves) -> Iterator[tuple[Key, Estimate]]:
    for model, by_mode in curves.items():
        for mode, by_structure in by_mode.items():
            for structure, sizes in by_structure.items():
                for n, value in sizes.items():
                    if n > 1:
                        yield (model, mode, structure, str(n)), value


def _costs(rows: Sequence[SessionRow], field: str) -> Iterator[tuple[Key, Estimate]]:
    """The paper gives its costs no errors."""
    for model, by_mode in figures.cost(rows).items():
        for mode, by_structure in by_mode.items():
            for structure, sizes in by_structure.items():
                for n, cost in sizes.items():
                    if n > 1:
                        key = (model, mode, structure, str(n))
                        yield key, Estimate(getattr(cost, field), 0.0)


def _two(figure: Mapping[str, Mapping[str, Estimate]]) -> dict[Key, Estimate]:
    return {
        (model, mode, "", ""): value
        for model, by_mode in figure.items()
        for mode, value in by_mode.items()
    }


def _sized(figure: Mapping[str, Mapping[int, Estimate]]) -> dict[Key, Estimate]:
    return {
        (model, "", "", str(n)): value
        for model, sizes in figure.items()
        for n, value in sizes.items()
    }


def _summary(entries: Sequence[Entry]) -> Iterator[str]:
    """For each figure how many of its conditions lie far apart, in which direction, and what the
    factors are: where errors are wide, what is not far apart by them may still be so."""
    for figure in dict.fromkeys(sorted(entry.figure for entry in entries)):
        own = [entry for entry in entries if entry.figure == figure]
        factors = [entry.factor for entry in own if entry.factor is not None]
        middle = (
            f"in the median {median(factors):.2f} times the published "
            f"({min(factors):.2f} to {max(factors):.2f})"
            if factors
            else ""
        )
        apart = [entry.apart for entry in own if entry.apart is not None]
        if not apart:
            yield f"{figure}: {len(own)} conditions, {middle or 'none published above 0'}."
            continue
        far = [errors for errors in apart if abs(errors) > FAR]
        low = sum(errors < 0 for errors in far)
        yield (
            f"{figure}: {len(far)} of {len(own)} conditions differ by more than {FAR:g} standard "
            f"errors ({low} too low, {len(far) - low} too high){', ' * bool(middle)}{middle}."
        )
