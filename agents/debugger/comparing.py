"""Two sessions side by side: where they part, and what came of each.

Made for a fork and its parent, which share all events up to the fork; any two sessions will do, and
two runs of one seed part where the first difference is. The clock on the wall is none.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import structs

from agents.metrics.summary import Summary, summarise
from workspaces.history import events as e
from workspaces.history.wording import name_of, one_line, plural, words

SESSION, FINDINGS = "session", "findings"


class Side(NamedTuple):
    """One of the two: its figures, and the first event that the other has not."""

    summary: Summary
    parts_with: e.AnyEvent | None
    """`None` where it ends there."""
    events: int
    seconds_at_parting: float


class Line(NamedTuple):
    """One figure of both. `None` is "not known"; texts are compared as they are."""

    group: str
    name: str
    a: float | str | None
    b: float | str | None

    @property
    def differs(self) -> bool:
        """Whether the two are not alike."""
        return self.a != self.b


class Comparison(NamedTuple):
    """Both sides, and how many events at their beginning they share."""

    shared: int
    a: Side
    b: Side

    @property
    def same(self) -> bool:
        """Whether they are one history."""
        return self.a.parts_with is None and self.b.parts_with is None

    def lines(self) -> list[Line]:
        """All figures, group by group: what came of it, work, findings by kind, cost. Kinds of
        findings that neither side has are left out."""
        a, b = self.a.summary, self.b.summary
        rows = [Line(group, name, figure(a), figure(b)) for group, name, figure in _FIGURES]
        kinds = [
            Line(FINDINGS, kind, a.findings[kind], b.findings[kind])
            for kind in a.findings
            if a.findings[kind] or b.findings[kind]
        ]
        total = Line(FINDINGS, "all", sum(a.findings.values()), sum(b.findings.values()))
        return [*rows, total, *kinds]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {
            "shared": self.shared,
            "same": self.same,
            "a": _plain(self.a),
            "b": _plain(self.b),
        }


def compare(a: Sequence[e.AnyEvent], b: Sequence[e.AnyEvent]) -> Comparison:
    """Compare two histories; each is folded once for its figures."""
    shared = _shared(a, b)
    return Comparison(shared, _side(a, shared), _side(b, shared))


def told(event: e.AnyEvent | None) -> str:
    """An event of a parting in one line."""
    if event is None:
        return "it ends there"
    who = "" if event.agent == e.SESSION else f"{name_of(event.agent)} "
    return f"event {event.seq} at {event.t:.1f} s: {who}{one_line(words(event))}"


def in_words(comparison: Comparison, names: tuple[str, str]) -> list[str]:
    """The comparison as plain lines; `names` are what the sides are called."""
    c = comparison
    if c.same:
        lines = [f"The two are the same history of {plural(c.shared, 'event')}."]
    else:
        at = f", {c.a.seconds_at_parting:.1f} s" if c.shared else ""
        lines = [
            f"They share the first {plural(c.shared, 'event')}{at}, then part:",
            f"  {names[0]}: {told(c.a.parts_with)}",
            f"  {names[1]}: {told(c.b.parts_with)}",
        ]
    rows = [("", *names)]
    rows += [
        (f"{row.group}: {row.name}" if row.group == FINDINGS else row.name,
         _figure(row.a), _figure(row.b) + ("  *" if row.differs else ""))
        for row in c.lines()
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines.append("")
    lines += [
        f"{name.ljust(widths[0])}  {one.rjust(widths[1])}  {other}".rstrip()
        for name, one, other in rows
    ]
    return lines


def _shared(a: Sequence[e.AnyEvent], b: Sequence[e.AnyEvent]) -> int:
    for number, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other and _timeless(one) != _timeless(other):
            return number
    return min(len(a), len(b))


def _timeless(event: e.AnyEvent) -> e.AnyEvent:
    """`event` without the time on the wall, the one thing that differs between two runs of a
    seed on virtual time."""
    if isinstance(event, e.SessionStarted | e.SessionResumed | e.SessionForked):
        return structs.replace(event, wall_time="")
    return event


def _side(events: Sequence[e.AnyEvent], shared: int) -> Side:
    return Side(
        summarise(events),
        events[shared] if shared < len(events) else None,
        len(events),
        events[shared - 1].t if shared else 0.0,
    )


def _plain(side: Side) -> dict[str, Any]:
    parts = side.parts_with
    return {
        "events": side.events,
        "parts_with": None if parts is None else {"event": parts.seq, "words": told(parts)},
        "summary": side.summary.to_dict(),
    }


def _figure(value: float | str | None) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


_FIGURES: tuple[tuple[str, str, Any], ...] = (
    (SESSION, "success", lambda s: "yes" if s.success else "no"),
    (SESSION, "tasks done", lambda s: s.tasks_done),
    (SESSION, "tasks", lambda s: s.tasks),
    (SESSION, "tests passed", lambda s: s.tests_passed),
    (SESSION, "tests failed", lambda s: s.tests_failed),
    (SESSION, "seconds", lambda s: s.seconds),
    (SESSION, "rounds", lambda s: s.rounds),
    ("work", "messages", lambda s: s.messages),
    ("work", "failed test runs", lambda s: s.test_runs_failed),
    ("work", "commits", lambda s: s.commits),
    ("work", "idle share", lambda s: s.idle.share),
    ("work", "straggler gap, s", lambda s: s.straggler_gap_s),
    ("cost", "tokens in", lambda s: s.tokens_in),
    ("cost", "tokens out", lambda s: s.tokens_out),
    ("cost", "cost, USD", lambda s: s.cost_usd),
)
"""Figures of a summary, by group and name."""
