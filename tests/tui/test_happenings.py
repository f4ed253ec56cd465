"""Rows for leases, worktrees, faults, stopped agents, full contexts and git commands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui import controlled
from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.views import happenings
from tui.views.row import Row
from workspaces.history import events as e


def told(path: Path, story: Callable[[Path], None], agent: str) -> list[Row]:
    """The rows of an agent's pane."""
    story(path / "history.jsonl")
    rows = picture_of(path).transcripts[agent].take()
    return [row for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize(
    ("agent", "kind", "mark", "text"),
    [
        ("agent-1", "action", "⚷", "holds add.py for 1m00s · token 1"),
        ("agent-1", "note", "⚷", "keeps 1 lease for 1m00s more, until 1:04"),
        ("agent-1", "note", "⚬", "gave up its lease on add.py"),
        ("agent-4", "error", "⚬", "lost its lease on sign.py: it ran out"),
    ],
)
def test_leases(tmp_path: Path, agent: str, kind: str, mark: str, text: str) -> None:
    rows = told(tmp_path, controlled.leases, agent)
    assert (kind, mark, text) in [(row.kind, row.mark, row.text) for row in rows]


def test_a_refusal_says_who_holds_the_file_and_for_how_long(tmp_path: Path) -> None:
    rows = told(tmp_path, controlled.leases, "agent-2")
    refused = next(row for row in rows if row.mark == "⊘")
    assert refused.text.startswith("write refused: agent-1 has a lease on add.py for another 57 s")


def test_the_difference_in_a_refusal_waits_among_the_details(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=1, control="optimistic")
    story.begin("agent-1")
    reason = "You had seen version 1 of a.py.\n```diff\n-old\n+new\n```"
    story.refuse("agent-1", "write_file", "a.py", reason, code="stale")
    story.close()
    row = picture_of(tmp_path).transcripts["agent-1"].last
    assert row is not None
    assert row.text == "write refused: You had seen version 1 of a.py."
    assert row.detail == ("```diff", "-old", "+new", "```")


@pytest.mark.parametrize(
    ("agent", "mark", "text"),
    [
        ("agent-1", "✎", "wrote add.py v1 in its worktree · 5 lines"),
        ("agent-1", "⇡", "merged for task-1: add.py"),
        ("agent-1", "⇡", "add.py is v1 of the shared tree · 5 lines"),
        ("agent-2", "⊘", "merge for task-2 refused: it conflicts in add.py"),
        ("agent-3", "⇣", "its worktree took in add.py v1 by agent-1"),
        ("agent-3", "⊘", "merge for task-3 refused: the tests fail on the merged tree"),
    ],
)
def test_worktrees(tmp_path: Path, agent: str, mark: str, text: str) -> None:
    rows = told(tmp_path, controlled.worktrees, agent)
    assert (mark, text) in [(row.mark, row.text) for row in rows]


@pytest.mark.parametrize(
    ("agent", "mark", "text"),
    [
        ("agent-1", "⌁", "fault: freeze on agent-1"),
        ("agent-1", "⌁", "fault over: freeze on agent-1 after 4.0s"),
        ("agent-1", "❆", "is frozen: it takes no steps"),
        ("agent-1", "↻", "is back"),
        ("agent-2", "⌁", "fault: slow on agent-2 (4)"),
        (
            "agent-2",
            "✁",
            "its context is full; left out: 1 message from agent-3 it never saw, 1.8k tokens",
        ),
        ("agent-3", "✗", "crashed: it takes no more steps"),
        *(
            (
                f"agent-{n}",
                "⇄",
                "someone outside ran git reset: aaaaaaa to bbbbbbb; files may have moved",
            )
            for n in (1, 4)
        ),
    ],
)
def test_mishaps(tmp_path: Path, agent: str, mark: str, text: str) -> None:
    rows = told(tmp_path, controlled.mishaps, agent)
    assert (mark, text) in [(row.mark, row.text) for row in rows]


def test_a_fault_shows_where_it_strikes_and_one_that_strikes_none_everywhere(
    tmp_path: Path,
) -> None:
    story = Story(tmp_path / "history.jsonl", agents=3)
    story.add(e.FaultStarted(number=1, fault="partition", target="agent-1+agent-2"))
    story.add(e.FaultStarted(number=2, fault="full-disk"))
    story.add(e.FaultEnded(number=7))
    story.close()
    seen = {
        name: [row.text for row in transcript.take() if isinstance(row, Row)]
        for name, transcript in picture_of(tmp_path).transcripts.items()
    }
    both = ["fault: partition on agent-1+agent-2", "fault: full disk", "fault over: number 7"]
    assert seen == {"agent-1": both, "agent-2": both, "agent-3": both[1:]}


def test_every_new_event_has_a_row_and_says_what_happened() -> None:
    assert happenings.listed(("a", "b", "c", "d", "e")) == "a, b, c, d and 1 more"
    assert happenings.listed(()) == ""
