"""Mutants that no test can tell from the module, or that need not be told, and why.

A mutant that survives and is not explained here fails `make mutants`: it wants a test.
"""

import re

from tests.planting.mutants import Mutant

_BOUND = re.compile(r"^(MOST_\w+|KEPT|WATCHED|SHOWN|WINDOW|GENERATIONS|AT_ONCE|RUNS)\b.* = ")


def why(module: str, mutant: Mutant) -> str:
    """The reason why this mutant may survive, empty if there is none."""
    if _BOUND.match(mutant.source):
        return "bound: one more or less changes no promise"
    for (name, source, what), reason in REASONS.items():
        if name == module and source in mutant.source and what in ("", mutant.what):
            return reason
    return ""


REASONS: dict[tuple[str, str, str], str] = {}
"""By module, a part of the line, and the mistake (any, where empty)."""
