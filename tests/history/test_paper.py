"""The published traces as sessions: as far as their data goes, and no further."""

import os
from pathlib import Path

import pytest

from agents.metrics.paper import PaperCounts
from workspaces.history import events as e
from workspaces.history import paper
from workspaces.history.codec import HistoryError, decode, encode
from workspaces.history.opening import open_recording
from workspaces.history.state import State

DATA = os.environ.get("CROSSTALK_PAPER_DATA")
pytestmark = pytest.mark.skipif(
    not DATA, reason="CROSSTALK_PAPER_DATA does not name the folder of the published traces"
)


@pytest.fixture(scope="module")
def folder() -> Path:
    assert DATA
    return Path(DATA)


@pytest.fixture(scope="module")
def names(folder: Path) -> list[str]:
    found = paper.names(folder)
    assert len(found) == 1413
    return found[::47]


def test_they_are_whole_histories(folder: Path, names: list[str]) -> None:
    for name in names:
        events = paper.read(folder, name)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert [event.t for event in events] == sorted(event.t for event in events)
        assert isinstance(events[0], e.SessionStarted)
        assert isinstance(events[-1], e.SessionEnded)
        state = State()
        for event in events:
            state.apply(event)
            assert decode(encode(event)) == event


def test_they_have_the_papers_own_counts(folder: Path, names: list[str]) -> None:
    """What the paper counted by its own rules in these sessions is what we count in ours."""
    import polars as pl

    runs = pl.read_parquet(folder / paper.RUNS)
    raw = pl.read_parquet(folder / paper.EVENTS)
    for name in names:
        row = runs.row(by_predicate=pl.col("run_dir") == name, named=True)
        of_it = raw.filter(pl.col("run_dir") == name)

        def count(kind: str, of_it: pl.DataFrame = of_it) -> int:
            return of_it.filter(pl.col("type") == kind).height

        events = paper.read(folder, name)
        counts, state = PaperCounts(), State()
        for event in events:
            state.apply(event)
            counts.observe(event, state)
        found = counts.counts()
        assert found["messages"] == count("agent_reply")
        assert found["claims_blocked"] == count("claim_blocked")
        writes = [event for event in events if isinstance(event, e.FileWritten)]
        assert len(writes) == count("edit_file")
        assert sum(isinstance(x, e.TaskCompleted) for x in events) == count("complete_task")
        assert sum(isinstance(x, e.TestsEnded) for x in events) == count("run_tests")
        ended = events[-1]
        assert isinstance(ended, e.SessionEnded)
        assert ended.success == row["success"]


def test_nothing_is_made_up(folder: Path, names: list[str]) -> None:
    for name in names:
        for event in paper.read(folder, name):
            assert not isinstance(event, e.Text | e.Blob | e.TaskAdded | e.MessageSent)
            if isinstance(event, e.FileWritten):
                assert event.blob.startswith(paper.UNRECORDED)
            if isinstance(event, e.TaskClaimed | e.TaskCompleted):
                assert event.task.startswith(paper.UNRECORDED)


def test_one_of_many_must_be_named(folder: Path) -> None:
    with pytest.raises(HistoryError, match="1413 sessions"):
        open_recording(folder)
    with pytest.raises(HistoryError, match="no session"):
        open_recording(folder, "n99_rep0")
    name = paper.names(folder)[5]
    whole = open_recording(folder, name)
    part = open_recording(folder / paper.EVENTS, "/".join(name.split("/")[-3:]))
    assert list(whole.events) == list(part.events)
