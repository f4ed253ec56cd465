"""The oldest generation is collected when the loop is idle, and at the latest in a minute."""

import gc
from collections.abc import Iterator

import pytest

from tui.garbage import BUSY_AFTER, IDLE_AFTER, Collector


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def collector(clock: Clock) -> Iterator[Collector]:
    collector = Collector(clock)
    collector.start()
    yield collector
    collector.stop()


def test_what_exists_is_frozen_and_can_be_thawed(clock: Clock) -> None:
    thresholds = gc.get_threshold()
    collector = Collector(clock)
    collector.start()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[2] > 100_000
    collector.stop()
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == thresholds


def test_idle_is_sooner_than_busy(collector: Collector, clock: Clock) -> None:
    assert not collector.relax(busy=False)
    clock.now += IDLE_AFTER
    assert not collector.relax(busy=True)
    assert collector.relax(busy=False)
    assert not collector.relax(busy=False)
    clock.now += BUSY_AFTER
    assert collector.relax(busy=True)


def test_a_collection_frees_cycles(collector: Collector, clock: Clock) -> None:
    class Node:
        alive = 0

        def __init__(self) -> None:
            Node.alive += 1
            self.me = self

        def __del__(self) -> None:
            Node.alive -= 1

    for _ in range(100):
        Node()
    clock.now += IDLE_AFTER
    assert collector.relax(busy=False)
    assert Node.alive == 0


def test_nothing_is_done_before_the_start(clock: Clock) -> None:
    collector = Collector(clock)
    clock.now += BUSY_AFTER
    assert not collector.relax(busy=False)
    collector.stop()
