"""The parts of `docs/DETECTORS.md` that commands write, between their marks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

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
    before, _, after = _parts(name)
    PATH.write_text(f"{before}\n{text.strip()}\n\n{after}")


def got(name: str) -> str:
    """What stands between the marks of that name. Raises `ValueError` without them."""
    return _parts(name)[1]


def _parts(name: str) -> tuple[str, str, str]:
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, found, rest = PATH.read_text().partition(begin)
    inside, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{PATH.name} has no place for {name}")
    return before + begin, inside, end + after


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


class _Counts(NamedTuple):
    """Of a module's mutants."""

    there: int
    tried: int
    killed: int
    explained: int
    open: int

    def row(self, name: str) -> tuple[str, ...]:
        share = f"{self.killed / self.tried:.1%}" if self.tried else "-"
        there, tried, killed, *rest = map(str, self)
        return name, there, tried, killed, share, *rest


def mutation_table(
    told: Sequence[Outcome], there: Mapping[str, int], former: str = "", every: Iterable[str] = ()
) -> str:
    """How many mutants of each module were tried, of how many there are, and killed, and those that
    were not. What a `former` table says of others of `every` module is kept."""
    others = set(every).difference(there)
    counts = {name: each for name, each in _counts_in(former) if name in others}
    lines = {
        name: [line for line in former.splitlines(True) if line.startswith(f"- `{name}`")]
        for name in counts
    }
    for name, number in there.items():
        mine = [outcome for outcome in told if outcome.module == name]
        killed = sum(outcome.killed for outcome in mine)
        explained = sum(not o.killed and bool(o.explained) for o in mine)
        rest = len(mine) - killed - explained
        counts[name] = _Counts(number, len(mine), killed, explained, rest)
        lines[name] = [_line(outcome) for outcome in mine if not outcome.killed]
    rows = [counts[name].row(name) for name in sorted(counts)]
    rows.append(_Counts(*map(sum, zip(*counts.values(), strict=True))).row("all"))
    head = ("module", "mutants", "of these tried", "killed", "share", "explained", "open")
    return f"{table(head, rows)}\nSurvivors:\n\n" + "".join(
        line for name in sorted(lines) for line in lines[name]
    )


def _counts_in(text: str) -> Iterator[tuple[str, _Counts]]:
    """What a table says of each module."""
    for line in text.splitlines():
        name, *rest = line.strip("| ").split(" | ")
        if len(rest) == 6 and rest[0].isdecimal() and name != "all":
            there, tried, killed, _, explained, left = rest
            yield name, _Counts(*map(int, (there, tried, killed, explained, left)))


def _line(outcome: Outcome) -> str:
    mutant = outcome.mutant
    source = mutant.source.replace("`", "'")
    reason = outcome.explained or "open"
    return f"- `{outcome.module}` line {mutant.line}, {mutant.what}: `{source}`: {reason}\n"
