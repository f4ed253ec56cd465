"""Slow and obvious answers for the kinds whose definition is exact, in code of their own.

Nothing here is taken from the detectors but the names of kinds: no vector clocks, no state fold.
Happens-before is explicit reachability over program order and causes, versions are looked up by
scanning, and what is the case at an event is found by reading the history up to it again; changes
are merged by git itself. For few events `orders` enumerates every linear extension, and two events
are concurrent when both orders occur. Each answer is the kind and the events that a label of it
would name.
"""

from collections.abc import Callable, Iterator

from tests.planting.oracle.board import absent, hidden, leads, owners, tampered, too_early
from tests.planting.oracle.lookup import Answer, Events
from tests.planting.oracle.orders import MOST, orders, unordered
from tests.planting.oracle.reads import dirty, skewed, stale
from tests.planting.oracle.trees import conflicts, interference, zombies
from tests.planting.oracle.waits import deadlocked, orphaned, unheard
from tests.planting.oracle.writes import concurrent, lost, ping_pong, replaced
from workspaces.anomalies.finding import Kind

JUDGES: tuple[Callable[[Events], Iterator[Answer]], ...] = (
    concurrent,
    replaced,
    lost,
    dirty,
    stale,
    skewed,
    conflicts,
    owners,
    leads,
    too_early,
    hidden,
    absent,
    tampered,
    zombies,
    interference,
    ping_pong,
    deadlocked,
    unheard,
    orphaned,
)
PARTLY = frozenset({Kind.WRITE_SKEW, Kind.DUPLICATE_WORK, Kind.FALSE_COMPLETION})
"""Of these the oracle answers the rule that is exact (A5B, two holders, missing files)."""
TIMED = frozenset({Kind.STRAGGLER, Kind.IDLE})
"""Of these nothing: they judge lengths of time."""
WHOLE = frozenset(Kind) - PARTLY - TIMED
"""Kinds of which the oracle answers everything."""

__all__ = ["MOST", "WHOLE", "answers", "orders", "unordered"]


def answers(events: Events) -> set[Answer]:
    """Everything that the oracle finds."""
    return {answer for judge in JUDGES for answer in judge(events)}
