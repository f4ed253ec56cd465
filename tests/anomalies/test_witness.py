"""How evidence is put together, and told."""

import pytest

from workspaces.anomalies.finding import Step
from workspaces.anomalies.witness import counted, each_once, listed, seconds, witness


def test_each_event_once_in_order_with_all_its_reasons() -> None:
    assert witness(
        Step(7, "wrote"), [Step(3, "read"), Step(7, "claimed")], Step(7, "wrote"), Step(3, "read")
    ) == (Step(3, "read"), Step(7, "wrote; claimed"))
    assert witness() == ()


@pytest.mark.parametrize(
    ("names", "most", "told"),
    [
        ("", 4, ""),
        ("a", 4, "a"),
        ("ab", 4, "a and b"),
        ("abc", 4, "a, b and c"),
        ("abcd", 4, "a, b, c and d"),
        ("abcde", 4, "a, b, c and 2 more"),
        ("abcdef", 4, "a, b, c and 3 more"),
        ("abc", 2, "a and 2 more"),
        ("aab", 4, "a and b"),
    ],
)
def test_names_in_a_sentence(names: str, most: int, told: str) -> None:
    assert listed(names, most) == told
    if most == 4:
        assert listed(names) == told


def test_names_without_the_empty_ones() -> None:
    assert each_once(["b", "", "a", "b"]) == ("b", "a")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.04, "0.0 s"),
        (9.96, "10.0 s"),
        (10.4, "10 s"),
        (119.4, "119 s"),
        (120, "2 min"),
        (150, "2 min"),
    ],
)
def test_lengths_of_time(value: float, told: str) -> None:
    assert seconds(value) == told


def test_a_number_of_things() -> None:
    assert [counted(number, "line") for number in (0, 1, 2)] == ["0 lines", "1 line", "2 lines"]
