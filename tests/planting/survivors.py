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
    if "slots=True" in mutant.source and mutant.what == "True flipped":
        return "saves memory"
    for (name, source, what), reason in REASONS.items():
        if name == module and source in mutant.source and what in ("", mutant.what):
            return reason
    return ""


_GUARD = "saves work: without it the same is found by the next condition"
_WORDS = "only words of a sentence"
_SHOWN = "it is shown no other events"
_TWO = "they are two events"
_NAMELESS = "no file is called `.py` or `*.py`"
_NEVER = "no event has that number but the first, which no finding rests on"
_ITSELF = "a version always merges with itself and with what it comes from"
_DIFFERENCE = "only differences of it are used"
_MORE = "more of the text gives the same imports"
REASONS: dict[tuple[str, str, str], str] = {
    ("broken_caller", "if not isinstance(event, FileWritten)", "condition 1 dropped"): _SHOWN,
    ("broken_caller", "old = parse(before) if before else None", "if always"): (
        "a text that changed definitions was there"
    ),
    ("broken_caller", "new = parse(after) if after is not None else None", "if always"): (
        "a text that changed definitions is there"
    ),
    ("broken_caller", "if new.signatures.get(name) != signature", "condition 1 dropped"): _GUARD,
    ("broken_caller", "if changer.seq < caller.seq else", "Lt -> LtE"): _TWO,
    ("broken_caller", "if not precedes(changer, event) and any(", "condition 2 dropped"): _GUARD,
    ("broken_caller", "if not precedes(caller, event) and any(", "condition 2 dropped"): _GUARD,
    ("concurrent_write", "if one > other:", "Gt -> GtE"): "equal ones have been returned",
    ("concurrent_write", "return 0", "0 -1"): "there is no version -1 either",
    ("concurrent_write", "return seen if 0 <= seen", "0 -1"): "there is no version -1 either",
    ("concurrent_write", "return seen if 0 <= seen", "0 +1"): "0 is also what is returned else",
    (
        "concurrent_write",
        "return seen if 0 <= seen",
        "LtE -> Lt",
    ): "0 is also what is returned else",
    ("concurrent_write", "if actor != event.agent and older.blob", "condition 1 dropped"): _GUARD,
    ("concurrent_write", "if newer.agent == OUTSIDE:", "if always"): _WORDS,
    ("concurrent_write", "if newer.agent == OUTSIDE:", "if never"): (
        "an outside version comes from the one that it replaced, and that leads to the same"
    ),
    ("deadlock", "if not self._waiting.blockers(event.agent, state):", "if never"): _GUARD,
    ("deadlock", "went_on = state.gaps.after(min(", ""): "any want of theirs would do",
    ("deadlock", "_, _, holders = wants[current]", ""): "each want leads to one of the set",
    ("deadlock", "Step(wants[name][0][0]", ""): "any want of theirs would do as evidence",
    ("dependency_violation", "if task is None or not task.dependencies:", "condition 2 dropped"): (
        _GUARD
    ),
    ("dependency_violation", "task.since if task else 0", "0 +1"): _NEVER,
    ("dependency_violation", "if not isinstance(event, FileWritten):", "if never"): _SHOWN,
    ("dirty_read", "if earlier < read.version and", "Lt -> LtE"): (
        "the version whose bytes come back has these bytes"
    ),
    ("duplicate_work", "not mine.names & other.names:", "BitAnd -> BitOr"): _GUARD,
    ("duplicate_work", "not mine.names & other.names:", "condition 2 dropped"): _GUARD,
    (
        "duplicate_work",
        "return tasks[0] if len(tasks) == 1",
        "0 -1",
    ): "the first of one is its last",
    ("duplicate_work", "/ total if total else 1.0", "1.0 +1"): "both are alike enough",
    ("false_completion", "knew = f", ""): _WORDS,
    ("false_completion", "state.gaps.after(0))]", "0 +1"): _NEVER,
    ("false_completion", "if any(seq > run.began for", "Gt -> GtE"): _TWO,
    ("false_completion", "if version.seq <= began)", "LtE -> Lt"): _TWO,
    ("false_completion", "before = run.event.seq < event.seq", "Lt -> LtE"): _TWO,
    ("questions", '"?" in text and _QUESTION', "condition 1 dropped"): _GUARD,
    ("signatures", "kw_defaults, strict=True", "True flipped"): "ast has as many as names",
    ("sketches", 'start = text.rfind("\\n", 0, at) + 1', "0 +1"): "an empty first line, or none",
    ("sketches", 'if "(" in text[at:stop]:', "if always"): _MORE,
    ("sketches", "return stop if stop >= 0 else", "if never"): _MORE,
    ("sketches", "return stop if stop >= 0 else", "GtE -> Gt"): "it lies behind an import",
    ("sketches", "return stop if stop >= 0 else", "0 +1"): "it lies behind an import",
    ("sketches", 'while (at := text.find(")", at) + 1) > 0:', "0 +1"): "it lies behind an import",
    ("sketches", 'while (at := text.find(")", at) + 1) > 0:', "0 -1"): (
        "what nothing closes is no Python"
    ),
    ("sketches", 'while (at := text.find(")", at) + 1) > 0:', "Gt -> GtE"): (
        "what nothing closes is no Python"
    ),
    ("sketches", 'while (at := text.find(")", at) + 1) > 0:', "Gt -> LtE"): _MORE,
    ("sketches", 'line = text.rfind("\\n", 0, at) + 1', "0 +1"): "an empty first line, or none",
    ("sketches", 'line = text.rfind("\\n", 0, at) + 1', "0 -1"): _MORE,
    ("sketches", 'line = text.rfind("\\n", 0, at) + 1', "Add -> Sub"): _MORE,
    ("sketches", 'if text.find("#", line, at) < 0:', "if never"): _MORE,
    ("sketches", 'if text.find("#", line, at) < 0:', "0 -1"): _MORE,
    ("sketches", 'if text.find("#", line, at) < 0:', "0 +1"): "a first line in a comment is none",
    ("sketches", 'if text.find("#", line, at) < 0:', "Lt -> LtE"): (
        "a first line in a comment is none"
    ),
    ("waiting", "mine.asked[event.to[0]] =", ""): "the first of one is its last",
    ("waiting", "not state.missing(task) for task in member.tasks", "filter dropped"): (
        "the state holds no task that was never added"
    ),
    ("straggler", "self._paused = 0.0", ""): _DIFFERENCE,
    ("straggler", "SCALE = 1.4826", ""): "only turns near the threshold hang on it: a judgement",
    ("straggler", "characters: int = 0", ""): "one character more or less for everybody",
    ("straggler", "if turn.told or (took < turn.next", "negation lost"): (
        "only when a turn under way is looked at again hangs on it"
    ),
    ("hidden_dependency", "if not isinstance(event, FileWritten", "condition 1 dropped"): _SHOWN,
    ("hidden_dependency", "if not text or all(", "condition 1 dropped"): (
        "nothing is suspected of a text that is not there"
    ),
    ("hidden_dependency", "if not text or all(", "condition 2 dropped"): _GUARD,
    ("hidden_dependency", "if known is None:", "if always"): _GUARD,
    ("hunks", "if not middle_old and not middle_new:", "if never"): _GUARD,
    ("idle", "self._paused = 0.0", ""): _DIFFERENCE,
    ("idle", "if waited <= TURNS * self._usual:", "LtE -> Lt"): "a wait of exactly three turns",
    ("idle", "leased: bool = False", ""): "a turn's beginning sets it",
    ("idle", "blocked: bool = False", ""): "a turn's beginning sets it",
    ("idle", "chose: bool = False", ""): "a turn's beginning sets it",
    ("idle", "latest = event.t - TURNS * self._usual", "Sub -> Add"): _GUARD,
    ("idle", "if member.began < latest and", "condition 1 dropped"): _GUARD,
    ("imports", "if entry.name and entry.name != EVERYTHING:", "condition 1 dropped"): _NAMELESS,
    ("imports", "if entry.name and entry.name != EVERYTHING:", "condition 2 dropped"): _NAMELESS,
    ("imports", "if entry.name and entry.name != EVERYTHING:", "if always"): _NAMELESS,
    ("imports", 'if exists(t)), "") if stem else ""', "if always"): _NAMELESS,
    ("livelock", "done = max(self._completed.get(author, 0)", ""): _NEVER,
    ("livelock", "if version.seq > done", "Gt -> GtE"): "a version is no completion",
    ("livelock", "state.gaps.of(author, run[0].seq)", "0 +1"): "the next of the run, as well",
    ("lost_message", '"unknown", 0)', ""): _WORDS,
    ("lost_message", "if len(kept) >= MOST_OPEN:", "GtE -> Gt"): "bound: one more or less",
    ("lost_message", "if len(kept) >= MOST_OPEN:", "if never"): "a bound on memory",
    ("lost_message", "and sent.to[0] != sent.agent", "0 -1"): "the first of one is its last",
    ("merge_conflict", "if isinstance(event, FileWritten):", "if always"): _SHOWN,
    ("merge_conflict", "if name != event.where and event.path", "condition 1 dropped"): _ITSELF,
    ("merge_conflict", "if shared and shared.number > base", "Gt -> GtE"): _ITSELF,
    ("merge_conflict", "if shared and shared.number > base", "condition 2 dropped"): _ITSELF,
    ("merge_conflict", "if head.blob == other.blob:", "if never"): "equal texts do not clash",
    ("merge_conflict", "if head.blob == other.blob:", ".blob -> .path"): "equal texts do not clash",
    ("merge_conflict", "1 if laid_out else 0)", "0 -1"): "both stand for the missing file",
    ("merge_conflict", "version.seq if version else 0", "0 +1"): _NEVER,
    ("merge_conflict", "version.seq if version else 0", "0 -1"): _NEVER,
    ("merge_conflict", 'place = "in a worktree', ""): _WORDS,
    ("muting", "msgspec.json.encode(stored), indent=2", ""): "only how the file looks",
    ("muting", "@lru_cache(maxsize=", ""): "bound: one more or less",
    ("muting", "at += 2", "2 -1"): "the second star adds nothing to what the first one fits",
    ("muting", "version: int = 1", ""): "nothing reads it yet",
    ("lost_message", "delivered: int = 0", ""): "always set before it is used",
    ("lost_message", "rule: str, turns: int, delivered: int = 0", ""): (
        "used for questions only, which name it"
    ),
    ("sources", "if kind in _NOTED:", "if always"): _GUARD,
    ("sources", 'if name == "body" and value and', "condition 1 dropped"): (
        "a definition has text that stands alone in its body only"
    ),
    ("sources", 'if name == "body" and value and', "condition 2 dropped"): "no body is empty",
    ("sources", "elif isinstance(node, ast.ImportFrom):", "if always"): _SHOWN,
    ("sources", "holder in _DEFINITIONS", "condition 1 dropped"): (
        "a text that stands alone does nothing wherever it stands"
    ),
    ("orphan_claim", "if agent is None or not agent.tasks or member.told", "condition 1 dropped"): (
        "only members of the team are followed"
    ),
    ("orphan_claim", "at: float = 0.0", ""): "a lease comes with a step, which sets it",
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
    (
        "turns",
        "if len(reads) >= MOST_READS",
        "if never",
    ): "a bound on memory; 64 reads in a turn are many",
    ("sources", "if len(text) > MOST_CHARACTERS", "Gt -> GtE"): "bound: one more or less",
    ("write_skew", "if not reads:", "if never"): _GUARD,
    ("write_skew", "if agent == event.agent or others[-1]", "condition 1 dropped"): _GUARD,
    ("write_skew", "if agent == event.agent or others[-1]", "condition 2 dropped"): _GUARD,
    ("write_skew", "if agent == event.agent or others[-1]", "LtE -> Lt"): _GUARD,
    ("write_skew", "if agent == event.agent or others[-1]", "if never"): _GUARD,
    ("idle", "if member.began < latest", "Lt -> LtE"): _GUARD,
    ("zombie_write", "elif isinstance(event, FileWritten) and event", "condition 1 dropped"): (
        "it is shown no other events"
    ),
    ("write_skew", "return mine.reads[x.path].version < x.version", "Lt -> LtE"): _GUARD,
    ("zombie_write", "if before is None or event.token > before.token", "Gt -> GtE"): (
        "a token is granted once"
    ),
    ("tampering", "if not isinstance(event, FileWritten", "condition 1 dropped"): _SHOWN,
    ("tampering", "or isinstance(event, OutsideWrite):", "condition 3 dropped"): (
        "a writer from outside is no member"
    ),
    ("stale_read", "if stale:", "if always"): _GUARD,
    ("stale_read", "if head is None or head.number <=", "LtE -> Lt"): "one version has one text",
    ("stale_read", "if text and sketch(text).targets(", "condition 2 dropped"): _GUARD,
}
"""By module, a part of the line, and the mistake (any, where empty: for lines on which nothing else
is said). Those named here are not tried, so each must be named as narrowly as it is meant."""
