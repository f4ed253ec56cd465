"""Whose lines are still there after a later write."""

import pytest

from workspaces.anomalies.survival import Survival, survival


@pytest.mark.parametrize(
    ("base", "old", "new", "expected"),
    [
        ("a\n", "a\nb\n", "a\nb\n", Survival((), 1, 0)),
        ("a\n", "a\nb\n", "a\n", Survival((2,), 1, 0)),
        ("a\n", "a\nb\nc\n", "c\na\n", Survival((2,), 2, 0)),
        ("a\n", "a\nb\n", "b\n", Survival((), 1, 0)),  # what went was nobody's in this change
        ("a\nb\n", "a\n", "a\nb\n", Survival((), 0, 1)),
        ("a\n\nb\n", "a\nb\n", "a\n\nb\n", Survival((), 0, 0)),  # a blank line is no work
        ("\n", "\nb\n", "\nb\n", Survival((), 1, 0)),
        ("a\n", "a\n\nb\n\n", "a\n", Survival((3,), 1, 0)),
        ("", "", "", Survival((), 0, 0)),
    ],
)
def test_what_became_of_a_change(base: str, old: str, new: str, expected: Survival) -> None:
    found = survival(base, old, new)
    assert found == expected
    assert found.whole is (not expected.gone and not expected.undone)
