"""Breakpoints: conditions that a person has set on a session, with their hits.

They are a fold over the history like everything else: setting one is a command, and commands are
events. So they are saved with the session, a resumed one has them again, and a recording can be
searched for where they would have stopped it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from agents.debugger.conditions import LONGEST_TEXT, Condition, parse
from agents.runtime.usage import UsageError
from workspaces.anomalies.finding import Finding
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import State

BREAK, DELETE, SWITCH, UNTIL = "break", "unbreak", "switch", "until"
COMMANDS = (BREAK, DELETE, SWITCH, UNTIL)

_STOPPED = re.compile(r"breakpoint (\d+) \(")
"""How the reason of a pause begins that a breakpoint gave (`stops`)."""


@dataclass(slots=True)
class Breakpoint:
    """A condition that was set. `met` counts how often it held, `holds` that it does now; a
    `passing` one is deleted once it has stopped the session."""

    number: int
    condition: Condition
    on: bool = True
    met: int = 0
    holds: bool = False
    passing: bool = False

    def __str__(self) -> str:
        state = "" if self.on else ", off"
        return f"{self.number}: {self.condition.text} (met {self.met} times{state})"


@dataclass(slots=True, frozen=True)
class Hit:
    """A breakpoint stopped the session: at which event, and why."""

    number: int
    text: str
    why: str
    seq: int


class Breakpoints:
    """All breakpoints of a session. `past` gives the session's events so far: findings are
    folded only once some breakpoint asks for them, and then from the beginning."""

    def __init__(self, past: Callable[[], Iterable[e.AnyEvent]] = tuple) -> None:
        self.all: dict[int, Breakpoint] = {}
        self._given = 0
        self._past = past
        self._findings: Findings | None = None
        self._heard: dict[str, tuple[int, str]] = {}

    def check(self, command: str, argument: str) -> None:
        """Raise `UsageError` for a command that could not be carried out."""
        if command in (BREAK, UNTIL):
            parse(argument)
        elif self._named(argument) is None:
            raise UsageError(
                f"There is no breakpoint {argument[:20]!r}",
                "",
                "Set: " + ("; ".join(map(str, self.all.values())) or "none") + ".",
            )

    def observe(
        self, event: e.AnyEvent, state: State, known: Sequence[Finding] | None = None
    ) -> Hit | None:
        """Move past `event`, as `state` has; the first breakpoint that stops there, if any.

        `known` are the findings that come to light there, where somebody has looked already."""
        if isinstance(event, e.CommandGiven) and event.command in COMMANDS:
            self._take(event)
            return None
        if known is None:
            known = self._findings.observe(event, state) if self._findings else []
        hits = list(self._hits(event, state, known, self._listen(event)))
        return hits[0] if hits else None

    def due(self, state: State) -> float | None:
        """The session time at which a breakpoint comes to hold though nothing happens."""
        points = [p for p in self.all.values() if p.on and not p.holds]
        times = [point.condition.due(state) for point in points]
        return min((t for t in times if t is not None), default=None)

    def look(self, state: State, now: float) -> Hit | None:
        """The first breakpoint that stops at session time `now`, at which nothing happens."""
        hits: list[Hit] = []
        for point in list(self.all.values()):
            why = point.condition.exceeded(state, now) if point.condition.lasting else ""
            if point.on and why and not point.holds:
                hits.extend(self._meet(point, why, state.seq))
        return hits[0] if hits else None

    def recall(self, event: e.AnyEvent) -> None:
        """Move past an event of a session's past, which stopped where it says it did: what was to
        stop it once has, and how often a condition held without stopping it is not asked again."""
        if isinstance(event, e.CommandGiven) and event.command in COMMANDS:
            self._take(event)
        elif isinstance(event, e.SessionPaused) and (told := _STOPPED.match(event.reason)):
            point = self.all.get(int(told[1]))
            if point and point.passing:
                del self.all[point.number]
            elif point:
                point.met += 1
                point.on = point.on and not point.condition.once

    def moved(self, state: State) -> None:
        """The place is another one: what holds there already is no news."""
        for point in self.all.values():
            condition = point.condition
            point.holds = condition.lasting and bool(condition.exceeded(state, state.t))

    def _listen(self, event: e.AnyEvent) -> str:
        """The text that streams, with enough of what its agent said before that words which fell
        apart between two batches are whole again."""
        if not isinstance(event, e.Text):
            return ""
        turn, before = self._heard.get(event.agent, (0, ""))
        heard = before + event.text if turn == event.turn else event.text
        self._heard[event.agent] = event.turn, heard[-LONGEST_TEXT:]
        return heard

    def _hits(
        self, event: e.AnyEvent, state: State, found: Sequence[Finding], heard: str
    ) -> Iterator[Hit]:
        for point in list(self.all.values()):
            if not point.on:
                continue
            condition = point.condition
            why = condition.met(event, state, found, heard)
            again = point.holds and condition.lasting
            point.holds = bool(why)
            if why and not again:
                yield from self._meet(point, why, event.seq)

    def _meet(self, point: Breakpoint, why: str, seq: int) -> Iterator[Hit]:
        """Count that the breakpoint's condition came to hold; the hit, if it is to stop."""
        point.holds = True
        point.met += 1
        if point.met >= point.condition.hits:
            point.on = not point.condition.once
            if point.passing:
                del self.all[point.number]
            yield Hit(point.number, point.condition.text, why, seq)

    def _take(self, event: e.CommandGiven) -> None:
        """A command that was checked when it was given; one of a damaged history may be wrong."""
        if event.command in (BREAK, UNTIL):
            try:
                condition = parse(event.argument)
            except UsageError:
                return
            self._given += 1
            self.all[self._given] = Breakpoint(
                self._given, condition, passing=event.command == UNTIL
            )
            if condition.finding and self._findings is None:
                self._findings = _folded(self._past())
        elif point := self._named(event.argument):
            if event.command == DELETE:
                del self.all[point.number]
            else:
                point.on = not point.on

    def _named(self, argument: str) -> Breakpoint | None:
        return self.all.get(int(argument)) if argument.strip().isdecimal() else None


def _folded(past: Iterable[e.AnyEvent]) -> Findings:
    findings, state = Findings(), State()
    for event in past:
        state.apply(event)
        findings.observe(event, state)
    return findings
