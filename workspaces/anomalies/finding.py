"""What a finding is: the kind, whom it touches, and the evidence for it.

A finding is derived from a history and never stored in one. It refers to events by number and to
versions by path and number, so a screen can jump to each step and show both sides.
"""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """The kinds of findings, by the names that users, exports and tests rely on."""

    CONCURRENT_WRITE = "concurrent-write"
    OVERWRITE = "overwrite"
    FOLLOW_UP = "follow-up"
    LOST_UPDATE = "lost-update"
    STALE_READ = "stale-read"
    DIRTY_READ = "dirty-read"
    WRITE_SKEW = "write-skew"
    MERGE_CONFLICT = "merge-conflict"
    DEPENDENCY_VIOLATION = "dependency-violation"
    HIDDEN_DEPENDENCY = "hidden-dependency"
    DUPLICATE_WORK = "duplicate-work"
    DEADLOCK = "deadlock"
    LIVELOCK = "livelock"
    STRAGGLER = "straggler"
    IDLE = "idle"
    LOST_MESSAGE = "lost-message"
    SPLIT_BRAIN = "split-brain"
    ZOMBIE_WRITE = "zombie-write"
    FALSE_COMPLETION = "false-completion"
    TAMPERING = "tampering"
    ORPHAN_CLAIM = "orphan-claim"
    INTERFERENCE = "interference"


class Severity(StrEnum):
    """How much harm a finding stands for. Ordered: `max` of several is the gravest."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for `info` to 3 for `high`."""
        return _RANKS[self]

    # A StrEnum would compare by spelling, which puts high before low. Any other string than a
    # severity's is refused with `ValueError`: to answer NotImplemented would hand it to `str`.

    def __lt__(self, other: str) -> bool:
        return self.rank < Severity(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Severity(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Severity(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Severity(other).rank


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Verdict(StrEnum):
    """`found` is proven by its witness, `clear` is proven not to be one, `unknown` hangs on
    something that nobody recorded, such as what an outside writer had read."""

    FOUND = "found"
    CLEAR = "clear"
    UNKNOWN = "unknown"


class Step(msgspec.Struct, frozen=True):
    """One event of the evidence, and what it has to do with the finding."""

    seq: int
    reason: str


class Lines(msgspec.Struct, frozen=True):
    """Lines `start` to `end` of `path`, counted from 1, both included, in the newer version."""

    path: str
    start: int
    end: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that went wrong, or may have (`verdict`).

    `id` is made of the kind and the events, so it is the same live, replayed and after a restart.
    `seq` and `t` (session seconds) are those of the event at which it was found. Findings that
    one and the same write caused share their `case`: one fault with several faces. `witness` is
    in the order of the history. Names and paths in `summary` and in reasons are data as agents
    wrote them: whoever draws them must keep control characters and markup out.
    """

    id: str
    kind: Kind
    severity: Severity
    verdict: Verdict
    agents: tuple[str, ...]
    paths: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    witness: tuple[Step, ...]
    lines: tuple[Lines, ...] = ()
    summary: str
    seq: int
    t: float
    case: str
    facts: dict[str, str] = {}
