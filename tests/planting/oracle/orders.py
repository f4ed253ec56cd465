"""Every order in which events could have happened."""

from collections.abc import Iterator
from itertools import combinations, permutations

from tests.planting.oracle.lookup import Events

MOST = 8
"""Events of which every order is tried."""


def orders(events: Events) -> Iterator[tuple[int, ...]]:
    """Every order of these events (at most `MOST`) that keeps each actor's own and puts causes
    before effects."""
    if len(events) > MOST:
        raise ValueError(f"{len(events)} events have too many orders")
    numbers = {event.seq for event in events}
    before = [
        (one.seq, other.seq)
        for one, other in combinations(events, 2)
        if one.agent == other.agent or one.seq in other.causes
    ]
    for order in permutations(sorted(numbers)):
        place = {number: index for index, number in enumerate(order)}
        if all(place[one] < place[other] for one, other in before):
            yield order


def unordered(events: Events) -> set[tuple[int, int]]:
    """The pairs of these events that occur in both orders."""
    seen = {pair for order in orders(events) for pair in combinations(order, 2)}
    return {(one, other) for one, other in seen if one < other and (other, one) in seen}
