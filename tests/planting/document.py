"""The parts of `docs/DETECTORS.md` that commands write, between their marks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tests.planting.mutants import Mutant

PATH = Path(__file__).parents[2] / "docs" / "DETECTORS.md"


class Outcome(Protocol):
    """What became of a mutant."""

    @property
    def module(self) -> str:
        """The module it is of."""

    @property
    def mutant(self) -> Mutant:
        """The mistake."""

    @property
    def killed(self) -> bool:
        """Whether a test failed."""

    @property
    def explained(self) -> str:
        """Why it may survive."""


def put(name: str, text: str) -> None:
    """Replace what stands between the marks of that name. Raises `ValueError` without them."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, found, rest = PATH.read_text().partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{PATH.name} has no place for {name}")
    PATH.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def mutation_table(told: Sequence[Outcome], there: Mapping[str, int]) -> str:
    """How many mutants of each module were tried, of how many there are, and killed, and those that
    were not."""
    rows = []
    for module in sorted({outcome.module for outcome in told}):
        mine = [outcome for outcome in told if outcome.module == module]
        rows.append(_row(module, mine, there[module]))
    rows.append(_row("all", told, sum(there[row[0]] for row in rows)))
    head = ("module", "mutants", "of these tried", "killed", "share", "explained", "open")
    return f"{table(head, rows)}\nSurvivors:\n\n" + "".join(
        map(_line, (o for o in told if not o.killed))
    )


def _row(name: str, mine: Sequence[Outcome], there: int) -> tuple[str, ...]:
    killed = sum(outcome.killed for outcome in mine)
    explained = sum(not o.killed and bool(o.explained) for o in mine)
    share = f"{killed / len(mine):.1%}" if mine else "-"
    rest = len(mine) - killed - explained
    return name, str(there), str(len(mine)), str(killed), share, str(explained), str(rest)


def _line(outcome: Outcome) -> str:
    mutant = outcome.mutant
    source = mutant.source.replace("`", "'")
    reason = outcome.explained or "open"
    return f"- `{outcome.module}` line {mutant.line}, {mutant.what}: `{source}`: {reason}\n"
