"""One session as a report sees it, wherever it comes from.

The first half is what the paper's figures need, by the paper's definitions; published traces have
nothing else. The second half is ours, and is absent (`None`, or empty) where a source cannot tell.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")


class SessionRow(Struct, frozen=True, kw_only=True):
    """A session. `kind` and `structure` are the two parts of a suite's name, `math` and `p0.5`;
    of a task file `kind` is its name and `structure` its share that can be done in parallel."""

    session: str
    model: str
    mode: str
    """The kind of team."""
    kind: str
    structure: str
    parallel: float
    """p, the share of tasks off the critical path."""
    agents: int
    repetition: int
    success: bool
    seconds: float
    rounds: int
    tokens_in: int
    tokens_out: int
    concurrent_writes: int
    rewrites: int
    claims_blocked: int
    failed_test_runs: int
    """Runs with return code 1, 2 or 3."""
    replies: int
    idle_rounds: int
    gaps: tuple[float, ...] = ()
    """Seconds between the slowest reply of a round and the mean, for rounds with two or more."""
    concurrent_by_author: int = 0
    """Pairs of a round and a path that two or more *agents* wrote."""

    published: bool = False
    seed: int | None = None
    control: str = ""
    cadence: str = ""
    work: int = 20
    span: int = 0
    """Tasks, and tasks on the longest chain."""
    ended: str = ""
    """Why the session ended."""
    cost_usd: float | None = None
    messages: int | None = None
    idle: float | None = None
    """Share of agents x session time."""
    gap_s: float | None = None
    """The mean straggler gap, no reply left out."""
    findings: dict[str, int] = {}
    written_bytes: int | None = None
    lost_bytes: int | None = None
    """Of those, what was replaced by somebody who had not seen it."""
    refused_writes: int | None = None

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.tokens_in + self.tokens_out

    @property
    def structure_name(self) -> str:
        """What figures call the structure."""
        return self.structure or f"p{self.parallel:g}"

    @property
    def organisation(self) -> str:
        """The team and, unless writes are not controlled, its control."""
        return self.mode if self.control in ("", "none") else f"{self.mode}/{self.control}"


def distinct(values: Iterable[T]) -> list[T]:
    """Each once, in the order in which they first come."""
    return list(dict.fromkeys(values))


def structures(rows: Sequence[SessionRow]) -> list[str]:
    """The structures that occur, the most parallel first."""
    share = {row.structure_name: row.parallel for row in rows}
    return sorted(share, key=lambda name: (-share[name], name))
