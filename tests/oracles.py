"""Slow and obvious answers to what the detectors compute cleverly, in code of their own.

Nothing here uses vector clocks, the state or the detectors: only program order, recorded causes
and explicit reachability.
"""

from collections.abc import Sequence

from workspaces.history.events import SESSION, AnyEvent, FileWritten, OutsideWrite


def happens_before(events: Sequence[AnyEvent]) -> set[tuple[int, int]]:
    """All pairs (earlier, later) of numbers with a path of program order and causes between."""
    before: dict[int, set[int]] = {}
    last: dict[str, int] = {}
    for event in events:
        if not event.steps:
            continue
        direct = set(event.causes)
        if event.agent in last:
            direct.add(last[event.agent])
        before[event.seq] = direct.union(*(before[number] for number in direct))
        last[event.agent] = event.seq
    return {(earlier, later) for later, all_before in before.items() for earlier in all_before}


def clock(events: Sequence[AnyEvent], at: AnyEvent) -> dict[str, int]:
    """How many steps of each actor lie at or before `at`."""
    order = happens_before(events)
    result: dict[str, int] = {}
    for event in events:
        if event.seq == at.seq or (event.seq, at.seq) in order:
            result[event.agent] = result.get(event.agent, 0) + 1
    return result


def writes(events: Sequence[AnyEvent]) -> list[FileWritten | OutsideWrite]:
    """The writes of agents, people and outsiders, in order."""
    return [
        event
        for event in events
        if isinstance(event, FileWritten | OutsideWrite) and event.agent != SESSION
    ]


def concurrent_pairs(events: Sequence[AnyEvent]) -> set[tuple[int, int]]:
    """Every pair of writes of one path with different bytes by two actors, in no order at all."""
    order = happens_before(events)
    done = writes(events)
    return {
        (one.seq, other.seq)
        for index, other in enumerate(done)
        for one in done[:index]
        if one.path == other.path
        and one.agent != other.agent
        and one.blob != other.blob
        and (one.seq, other.seq) not in order
    }


def replacements(events: Sequence[AnyEvent]) -> dict[str, set[tuple[int, int]]]:
    """Pairs (replaced, replacing) of writes by two authors with different bytes, by whether the
    later author had read exactly the version it replaced."""
    found: dict[str, set[tuple[int, int]]] = {"overwrite": set(), "follow-up": set()}
    for later in writes(events):
        for earlier in writes(events):
            if (earlier.path, earlier.version) != (later.path, later.replaced):
                continue
            if earlier.agent == later.agent or earlier.blob == later.blob:
                continue
            knew = isinstance(later, FileWritten) and later.base == earlier.version
            found["follow-up" if knew else "overwrite"].add((earlier.seq, later.seq))
    return found
