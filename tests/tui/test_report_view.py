"""A report as text: bars to an eighth of a column, and whatever the sessions lack left empty."""

import pytest

from agents.reports import comparing, document
from tests.reports.sessions import session
from tui.views.report import bar, in_words


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (0.0, "        "),
        (1.0, "████    "),
        (1.0625, "████▎   "),
        (2.0, "████████"),
        (9.0, "████████"),
    ],
)
def test_a_bar_is_as_long_as_its_value(value: float, drawn: str) -> None:
    assert bar(value, 2.0, width=8) == drawn


def test_a_law_is_marked_before_and_behind_the_end_of_the_bar() -> None:
    assert bar(1.0, 2.0, width=8, mark=1.5) == "████  │ "
    assert bar(1.0, 2.0, width=8, mark=0.5) == "██┃█    "
    assert bar(1.0, 0.0, width=8, mark=0.5) == " " * 8


def test_sessions_without_rounds_are_told_all_the_same() -> None:
    rows = [session(rounds=0, cadence="free", agents=n, seconds=10 / n) for n in (1, 2, 2)]
    text = in_words(document.build(rows))
    assert "Conflicts and failed test runs" in text
    assert "Advice" in text


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_report_is_no_wider_than_the_terminal(width: int) -> None:
    rows = [
        session(model=model, mode=mode, structure=p, agents=n, seconds=999.0 / n, gaps=(12.5, 9.0))
        for model in ("a-provider_with-a-model-of-a-name-3", "another")
        for mode in ("decentralized", "preassigned")
        for p in ("p0.9", "p0.2")
        for n in (1, 2, 3, 4, 5)
        for _ in range(2)
    ]
    names = comparing.traced_names()
    own = [session(model=next(iter(names)), agents=n, seconds=5.0 * n) for n in (1, 2, 2)]
    traced = [session(model=names[row.model], agents=row.agents, published=True) for row in own]
    comparison = comparing.compare(traced, own)
    for line in in_words(document.build(rows), comparison, width).splitlines():
        assert len(line) <= width


def test_one_failed_session_is_told_all_the_same() -> None:
    text = in_words(document.build([session(success=False, agents=3)]))
    assert "0 successful" in text
    assert "No sessions of one agent" in text
    assert "never" in text


def test_every_difference_that_is_not_shown_is_counted() -> None:
    names = comparing.traced_names()
    pairs = [(own, traced) for own, traced in names.items()]
    published = [
        session(model=traced, agents=n, kind=kind, seconds=10.0 + n, published=True)
        for _, traced in pairs
        for n in (1, 2, 3)
        for kind in ("math", "svg")
    ]
    own = [
        session(model=name, agents=n, kind=kind, seconds=5.0 + n)
        for name, _ in pairs
        for n in (1, 2, 3)
        for kind in ("math", "svg")
    ]
    comparison = comparing.compare(published, own)
    text = in_words(document.build(own), comparison)
    assert f"and {len(comparison.entries) - 24} others" in text
