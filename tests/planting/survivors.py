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
    if "frozen=True" in mutant.source and mutant.what == "True flipped":
        return "nothing assigns to it"
    for (name, source, what), reason in REASONS.items():
        if name == module and source in mutant.source and what in ("", mutant.what):
            return reason
    return ""


_GUARD = "saves work: without it the same is found by the next condition"
_WORDS = "only words of a sentence"
_DIFFERENCE = "only differences of it are used"
REASONS: dict[tuple[str, str, str], str] = {
    ("broken_caller", "changed = _changed(changer, state) if source else []", ""): _GUARD,
    ("broken_caller", "if source is None or not changed:", "condition 2 dropped"): _GUARD,
    ("broken_caller", "if changer.agent == event.agent or", "condition 1 dropped"): _GUARD,
    ("broken_caller", "if calling and any(", "condition 1 dropped"): _GUARD,
    ("concurrent_write", "if one > other:", "Gt -> GtE"): "equal ones have been returned",
    ("concurrent_write", "return 0", "0 -1"): "there is no version -1 either",
    ("concurrent_write", "return seen if 0 <= seen", "0 -1"): "there is no version -1 either",
    (
        "dirty_read",
        "if earlier >= event.version or not pending",
        ".version -> .replaced",
    ): "bytes first seen in the version before: no read lies between the two",
    ("duplicate_work", "elif left[i] < right[j]:", "Lt -> LtE"): "equal ones came before",
    ("duplicate_work", "return common / total if total else 1.0", "if always"): (
        "total is 0 only for texts that define nothing, which are not compared"
    ),
    ("false_completion", "knew = f", ""): _WORDS,
    ("false_completion", "not in _TELLING or not began:", "condition 2 dropped"): (
        "every version is newer than a run that never began, so it does not tell"
    ),
    ("hidden_dependency", "return text_of(version, state) if version else None", "if always"): (
        "no version has an empty text, which imports nothing"
    ),
    ("idle", "self._paused = 0.0", ""): _DIFFERENCE,
    ("idle", "seq: int = 0", ""): "always set before it is used",
    ("idle", "if waited <= TURNS * self._usual or self._usual <= 0", "condition 2 dropped"): (
        "turns that took no time: the first condition decides"
    ),
    ("lost_message", "delivered: int = 0", ""): "always set before it is used",
    ("lost_message", "rule: str, turns: int, delivered: int = 0", ""): (
        "used for questions only, which name it"
    ),
    ("sources", "if kind in _NOTED:", "if always"): _GUARD,
    ("sources", "holder in _DEFINITIONS", "condition 1 dropped"): (
        "a text that stands alone does nothing wherever it stands"
    ),
    ("split_brain", "if agent != event.agent and pair not in", "condition 1 dropped"): _GUARD,
    (
        "straggler",
        "next: float = 0.0",
        "",
    ): "only when a turn under way is looked at again hangs on it",
    (
        "straggler",
        "turn.next = max(",
        "",
    ): "only when a turn under way is looked at again hangs on it",
    ("straggler", "if middle > 0 and turn.characters", "Gt -> GtE"): (
        "turns that took no time: nobody is compared with them"
    ),
    ("turns", "if len(reads) >= MOST_READS", ""): "a bound on memory; 64 reads in a turn are many",
    ("sources", "if len(text) > MOST_CHARACTERS", "Gt -> GtE"): "bound: one more or less",
    ("write_skew", "if not reads:", "if never"): _GUARD,
    ("write_skew", "if agent == event.agent or others[-1]", "condition 2 dropped"): _GUARD,
    ("idle", "if member.began < latest", "Lt -> LtE"): _GUARD,
    ("zombie_write", "elif isinstance(event, FileWritten) and event", "condition 1 dropped"): (
        "it is shown no other events"
    ),
    ("tampering", "held = [state.tasks[name] for name", "filter dropped"): (
        "the state holds no task that was never added"
    ),
}
"""By module, a part of the line, and the mistake (any, where empty)."""
