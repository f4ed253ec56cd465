"""What a recorder that loses events leaves of a history.

Each event but the first is lost with the same chance, independently. The rest is numbered anew
without gaps, and what referred to a lost event refers to nothing: a cause or a commit is gone, a
delivery names message 0. Stored vector clocks, times, versions and texts stay as they were stamped
when it happened (a lost `blob` event is a text that was not stored).
"""

from dataclasses import dataclass
from random import Random

from msgspec.structs import replace

from workspaces.history import events as e


@dataclass(frozen=True)
class Lossy:
    """What is left, and the number that each event had before, by its number now."""

    events: list[e.AnyEvent]
    was: dict[int, int]


def drop(events: list[e.AnyEvent], share: float, seed: int) -> Lossy:
    """The history without about that share of its events."""
    rng = Random(seed)
    return without(events, {x.seq for x in events if x.seq > 1 and rng.random() < share})


def without(events: list[e.AnyEvent], lost: set[int]) -> Lossy:
    """The history without the events of those numbers."""
    kept = [event for event in events if event.seq not in lost]
    now = {event.seq: number for number, event in enumerate(kept, start=1)}
    left = [_renumbered(event, now) for event in kept]
    return Lossy(left, {number: was for was, number in now.items()})


def _renumbered(event: e.AnyEvent, now: dict[int, int]) -> e.AnyEvent:
    causes = tuple(now[cause] for cause in event.causes if cause in now)
    event = replace(event, seq=now[event.seq], causes=causes)
    match event:
        case e.MessageDelivered():
            return replace(event, message=now.get(event.message, 0))
        case e.ContextTrimmed():
            return replace(event, messages=tuple(now[m] for m in event.messages if m in now))
        case e.WritesCommitted():
            return replace(event, commits=tuple((now[w], c) for w, c in event.commits if w in now))
        case _:
            return event
