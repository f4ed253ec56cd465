"""An event with what led to it and what it led to, as a list that one walks through."""

import textwrap
from collections.abc import Sequence

from agents.debugger.causality import Causality
from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, clip, data, flat, pad, width_of
from tui.views.roles import name_of, role_of
from tui.views.words import clock
from workspaces.history.events import AnyEvent
from workspaces.history.wording import tag, words

CAUSE, HERE, EFFECT = "←", "●", "→"
MOST = 400
"""Causes or effects that are listed; an event of the session may be the cause of thousands."""


def listing(
    event: AnyEvent,
    around: dict[int, AnyEvent],
    causality: Causality,
    roster: Sequence[str],
    width: int,
) -> Listing:
    """`event` between its causes and effects; `around` has those events by number."""
    causes = [n for n in causality.causes(event.seq) if n in around][-MOST:]
    effects = [n for n in causality.effects(event.seq) if n in around][:MOST]
    places = {name: place for place, name in enumerate(roster)}
    entries = [
        Entry(f"{sign}{n}", (_line(sign, found, event, places, width),))
        for sign, numbers in ((CAUSE, causes), (HERE, [event.seq]), (EFFECT, effects))
        for n in numbers
        if (found := event if n == event.seq else around[n])
    ]
    return Listing(tuple(entries), "", head=_head(event, len(causes), len(effects), places, width))


def _head(
    event: AnyEvent, causes: int, effects: int, places: dict[str, int], width: int
) -> tuple[Line, ...]:
    ticks = ", ".join(f"{name_of(a)} {n}" for a, n in event.clock.items())
    told = textwrap.wrap(flat(words(event)), max(width, 20))[:3]
    shown = textwrap.wrap(f"clock: {flat(ticks) or 'no step of its own'}", max(width, 20))[:2]
    who = data(name_of(event.agent), f"{role_of(event.agent, places)} bold")
    return (
        (
            Span(f"#{event.seq} {tag(event)}", "bold"),
            Span(" by ", "dim"),
            who,
            Span(f" at {clock(event.t)} · follows {causes}, leads to {effects}", "dim"),
        ),
        *((Span(row),) for row in told),
        *((Span(row, "faint"),) for row in shown),
        (),
    )


def _line(sign: str, event: AnyEvent, centre: AnyEvent, places: dict[str, int], width: int) -> Line:
    here = sign == HERE
    own = event.agent == centre.agent
    head: Line = (
        Span(f"{sign} ", "accent bold" if here else "dim" if own else "warn"),
        Span(f"#{event.seq:<6}", "dim"),
        Span(pad(clock(event.t), 7, right=True) + "  ", "dim"),
        data(pad(name_of(event.agent), 12) + " ", role_of(event.agent, places)),
    )
    room = max(width - width_of(head), 8)
    return (*head, Span(clip(flat(words(event)), room), "bold" if here else "text"))
