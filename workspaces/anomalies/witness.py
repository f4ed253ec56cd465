"""How evidence is put together: steps in the order of the history, and names in a sentence."""

from collections.abc import Iterable

from workspaces.anomalies.finding import Step


def witness(*steps: Step | Iterable[Step]) -> tuple[Step, ...]:
    """The steps in the order of the history, each event once; its reasons are joined."""
    reasons: dict[int, list[str]] = {}
    for entry in steps:
        for step in (entry,) if isinstance(entry, Step) else entry:
            told = reasons.setdefault(step.seq, [])
            if step.reason not in told:
                told.append(step.reason)
    return tuple(Step(seq, "; ".join(told)) for seq, told in sorted(reasons.items()))


def listed(names: Iterable[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b and c`; from `most` + 1 on the rest is counted."""
    each = list(dict.fromkeys(names))
    if len(each) > most:
        each = [*each[: most - 1], f"{len(each) - most + 1} more"]
    if len(each) < 2:
        return "".join(each)
    return f"{', '.join(each[:-1])} and {each[-1]}"


def each_once(names: Iterable[str]) -> tuple[str, ...]:
    """The names that are not empty, in order, each once."""
    return tuple(dict.fromkeys(name for name in names if name))


def seconds(value: float) -> str:
    """A length of time as a sentence names it."""
    if value < 120:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    return f"{value / 60:.0f} min"


def counted(number: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
