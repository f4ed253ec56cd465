"""The study compares like with like."""

from pathlib import Path

import pytest

from agents.reports import study
from agents.reports.laws import mean_time
from agents.reports.rows import SessionRow
from tests.reports.sessions import session
from workspaces.errors import CrosstalkError


def grid() -> list[SessionRow]:
    """Leases cost a fifth more time, wherever and whoever; half of the work is lost without."""
    return [
        session(
            mode=mode,
            control=control,
            kind=kind,
            agents=n,
            seed=seed,
            seconds=(50 + 10 * seed + 5 * n) * (1.2 if control == "leases" else 1.0),
            written_bytes=100,
            lost_bytes=0 if control == "leases" else 50,
            refused_writes=3 if control == "leases" else 0,
        )
        for mode in ("decentralized", "preassigned")
        for control in ("none", "leases")
        for kind in ("math", "svg")
        for n in (2, 4)
        for seed in (1, 2)
    ]


def test_pairs_differ_in_one_choice_only() -> None:
    both = study.pairs(grid(), "control", "leases", "none")
    assert len(both) == 16
    for one, other in both:
        assert (one.control, other.control) == ("leases", "none")
        assert (one.mode, one.kind, one.agents, one.seed) == (
            other.mode,
            other.kind,
            other.agents,
            other.seed,
        )
    assert study.pairs(grid(), "mode", "preassigned", "lead") == []


def test_an_effect_is_exact_where_every_pair_shows_it() -> None:
    both = study.pairs(grid(), "control", "leases", "none")
    found = study.ratio(mean_time, both, "test")
    assert found
    assert (found.value, found.low, found.high) == pytest.approx((1.2, 1.2, 1.2))
    assert study.ratio(mean_time, [], "test") is None


def test_the_tables_say_so() -> None:
    text = study.tables(grid())
    assert "| leases | 16 | 100% | 0.0 [0.0, 0.0] | 3.0 | 1.20 [1.20, 1.20] |" in text
    assert "| none | 16 | 100% | 50.0 [50.0, 50.0] | 0.0 | 1 | 1 |" in text
    assert text == study.tables(grid())


def test_tables_go_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    document = f"before\n{study.BEGIN}\nold\n{study.END}\nafter\n"
    once = study.insert(document, "new\n")
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old" not in once
    assert study.insert(once, "new\n") == once
    with pytest.raises(CrosstalkError):
        study.insert("no marks", "new")
    assert study.main([str(tmp_path)]) == 2
