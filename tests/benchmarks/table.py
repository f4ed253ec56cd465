"""The table that a run of the benchmarks prints: what was measured, and what it should be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

HEAD: Final = ("", "ours", "plain", "limit", "target", "met")


@dataclass(frozen=True)
class Target:
    """What a figure of ours should be: at least or at most `bound`, times the plain way's figure
    where it is a `ratio`."""

    bound: float
    least: bool = False
    ratio: bool = False

    def met(self, ours: float, plain: float | None) -> bool | None:
        """Whether it is; `None` where the plain way was not measured and is needed."""
        bound = self.bound
        if self.ratio:
            if plain is None:
                return None
            bound *= plain
        return ours >= bound if self.least else ours <= bound

    def __str__(self) -> str:
        sign = ">=" if self.least else "<="
        return f"{sign} {self.bound:g}" + (" x plain" if self.ratio else "")


@dataclass(frozen=True)
class Row:
    """One line of the table. `digits` are those after the point; `note` goes below the table."""

    name: str
    ours: float
    plain: float | None = None
    limit: float | None = None
    target: Target | None = None
    digits: int = 0
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """What stands in the columns of `HEAD`."""
        met = self.target.met(self.ours, self.plain) if self.target else None
        verdict = "" if met is None else "yes" if met else "NO"
        if met is not None and self.target and self.target.ratio and self.plain:
            verdict += f" ({self.ours / self.plain:.2f})"
        figures = [self._figure(value) for value in (self.ours, self.plain, self.limit)]
        return (self.name, *figures, str(self.target or ""), verdict)

    def _figure(self, value: float | None) -> str:
        return "-" if value is None else f"{value:,.{self.digits}f}"


def rendered(rows: Sequence[Row]) -> str:
    """The table, and the notes below it."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    table = [_aligned(line, widths) for line in lines]
    table.insert(1, "-" * len(table[0]))
    notes = [f"{row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([*table, *notes])


def _aligned(line: Iterable[str], widths: Sequence[int]) -> str:
    name, ours, plain, limit, target, met = (
        cell.rjust(width) if column in (1, 2, 3) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return f"{name}  {ours}  {plain}  {limit}  {target}  {met}"
