"""How faults are written: `FAULT[:TARGET][*NUMBER][@START[-END]]`, with commas between.

    crash:agent-2@r3                 in the third round, for good
    freeze:agent-1@20s-110s          from second 20 to second 110 of the session
    slow:agent-1*4@r2-r5             four times as slow, in rounds 2 to 4
    partition:agent-1+agent-2@30s    both, from all others
    delay-messages@30s-60s           of an agent that the seed chooses

START and END are a round (`r3`: its beginning) or a session time (`30s`). Without START a fault
begins at once, without END it lasts as long as the menu says.
"""

import re
from typing import NamedTuple

from agents.runtime.faults.menu import KINDS, Kind
from agents.runtime.usage import UsageError

EXAMPLE = "crash:agent-2@r3,delay-messages@30s-60s"
_ORDER = re.compile(
    r"(?P<fault>[a-z-]+)(?::(?P<target>[^*@,\s]+))?(?:\*(?P<factor>\d+(?:\.\d+)?))?"
    r"(?:@(?P<start>[^-@,\s]+)(?:-(?P<end>[^-@,\s]+))?)?"
)
_WHEN = re.compile(r"r(?P<round>\d{1,6})|(?P<seconds>\d{1,9}(?:\.\d{1,6})?)s")


class When(NamedTuple):
    """The beginning of a round, or a time in session seconds (then `round` is 0)."""

    round: int = 0
    seconds: float = 0.0

    def due(self, round: int, now: float) -> bool:
        """Whether it is past, in that round at that time."""
        return round >= self.round if self.round else now >= self.seconds


class Order(NamedTuple):
    """A fault that is asked for. `start` is `None` for at once, `end` for the menu's choice."""

    kind: Kind
    target: str = ""
    factor: float = 0.0
    start: When | None = None
    end: When | None = None


def parse(text: str) -> list[Order]:
    """The orders in `text`. Raises `UsageError` for the first that is none."""
    return [_order(part.strip()) for part in text.split(",") if part.strip()]


def _order(text: str) -> Order:
    match = _ORDER.fullmatch(text)
    if not match:
        raise _wrong(text, "it is not FAULT[:TARGET][*NUMBER][@START[-END]]")
    kind = KINDS.get(match["fault"])
    if kind is None:
        raise UsageError(
            f"There is no fault {match['fault'][:40]!r}", "", f"Faults: {', '.join(KINDS)}."
        )
    if match["target"] and not kind.target:
        raise _wrong(text, f"{kind.name} strikes nothing in particular")
    if match["factor"] and not kind.factor:
        raise _wrong(text, f"{kind.name} takes no number")
    factor = float(match["factor"]) if match["factor"] else kind.factor
    if kind.factor and not 1 <= factor <= 1000:
        raise _wrong(text, "the number must be from 1 to 1000")
    start, end = (_when(text, match[name]) if match[name] else None for name in ("start", "end"))
    if start and end and bool(start.round) == bool(end.round) and end <= start:
        raise _wrong(text, "it ends before it starts")
    return Order(kind, match["target"] or "", factor, start, end)


def _when(text: str, when: str) -> When:
    match = _WHEN.fullmatch(when)
    if not match or match["round"] == "0":
        raise _wrong(text, f"{when!r} is neither a round such as r3 nor a time such as 30s")
    return When(int(match["round"] or 0), float(match["seconds"] or 0))


def _wrong(text: str, cause: str) -> UsageError:
    return UsageError(f"{text[:60]!r} is not a fault", cause, f"For example: {EXAMPLE}")
